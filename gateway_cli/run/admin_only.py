"""Runs the admin service alone, beside cores that are other processes on the same database."""

from admin.wiring import open_admin
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.garbage import settle_garbage
from gateway_cli.run.listeners import Listeners
from gateway_cli.run.prepared import prepared
from gateway_cli.run.process import admin_parts, drain_when_asked, process_metrics, shown_metrics, start_logging
from gateway_cli.run.ready import Say, announce
from gateway_cli.run.stop_signal import stop_signal


async def run_admin(configuration: Configuration, say: Say) -> None:
    """Runs until told to stop. It applies no file by itself: cores do, and administrators with `weir config apply`."""
    start_logging(configuration)
    settings, registry, listeners = configuration.admin, process_metrics(), Listeners()
    with stop_signal() as stop:
        async with (
            prepared(configuration, say, apply=False) as kept,
            open_admin(settings, admin_parts(configuration, kept, "distributed", listeners, registry)) as admin,
            shown_metrics(configuration, registry) as metrics_address,
        ):
            listeners.add("admin", admin.address, settings.tls)
            listeners.add("metrics", metrics_address)
            settle_garbage()
            announce(say, listeners.links(), log_format=configuration.process.log_format)
            await drain_when_asked(stop, admin.drain, settings.drain)
