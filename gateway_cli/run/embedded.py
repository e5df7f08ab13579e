"""Runs core and facade in one process: the facade dials the core's in-process channel."""

from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.garbage import settle_garbage
from gateway_cli.run.opened_store import opened_store
from gateway_cli.run.process import (
    core_parts,
    drain_when_asked,
    installed_version,
    process_metrics,
    shown_metrics,
    start_logging,
)
from gateway_cli.run.ready import Say, announce
from gateway_cli.run.stop_signal import stop_signal
from gateway_core.wiring import open_core
from openai_json.codec import OpenAiJson
from rest_facade.server import serve_http
from rest_facade.wiring import build_app


async def run_embedded(configuration: Configuration, say: Say) -> None:
    """Runs until told to stop."""
    start_logging(configuration)
    core_settings, facade = configuration.core, configuration.facade
    registry, codec, version = process_metrics(), OpenAiJson(), installed_version()
    with stop_signal() as stop:
        async with (
            opened_store(core_settings) as store,
            open_core(core_settings, core_parts(configuration, store, codec, registry)) as core,
        ):
            channel = core.server.inside.channel()
            app = build_app(facade, channel, codec, version=version, draining=lambda: core.server.drained.draining)
            async with (
                serve_http(app, facade.http_listen, drain=facade.drain) as http_address,
                shown_metrics(configuration, registry) as metrics_address,
            ):
                addresses = {
                    "http": f"http://{http_address}",
                    "grpc": core.server.grpc_address,
                    "metrics": metrics_address and f"http://{metrics_address}/metrics",
                    "channelz": core.server.channelz_address,
                }
                settle_garbage()
                announce(say, core.issued, addresses, log_format=configuration.process.log_format)
                await drain_when_asked(stop, core.server.drain, core_settings.drain)
