"""Runs the core alone, for facades and services that dial it."""

from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.garbage import settle_garbage
from gateway_cli.run.listeners import Listeners
from gateway_cli.run.prepared import prepared
from gateway_cli.run.process import core_parts, drain_when_asked, process_metrics, shown_metrics, start_logging
from gateway_cli.run.ready import Say, announce
from gateway_cli.run.stop_signal import stop_signal
from gateway_core.wiring import open_core
from openai_json.codec import OpenAiJson


async def run_core(configuration: Configuration, say: Say) -> None:
    """Runs until told to stop."""
    start_logging(configuration)
    settings, registry, listeners = configuration.core, process_metrics(), Listeners()
    with stop_signal() as stop:
        async with (
            prepared(configuration, say) as kept,
            open_core(settings, core_parts(configuration, kept, OpenAiJson(), registry)) as core,
            shown_metrics(configuration, registry) as metrics_address,
        ):
            listeners.add("grpc", core.server.grpc_address)
            listeners.add("metrics", metrics_address)
            listeners.add("channelz", core.server.channelz_address)
            settle_garbage()
            announce(say, listeners.links(), log_format=configuration.process.log_format)
            await drain_when_asked(stop, core.server.drain, settings.drain)
