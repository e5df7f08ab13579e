"""Runs core, admin service and facade in one process: the facade dials the core's in-process channel."""

import asyncio
from dataclasses import replace

from admin.wiring import Admin, open_admin
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.garbage import settle_garbage
from gateway_cli.run.listeners import Listeners
from gateway_cli.run.opened_store import store_kind
from gateway_cli.run.prepared import prepared
from gateway_cli.run.process import (
    admin_parts,
    core_parts,
    drain_when_asked,
    installed_version,
    process_metrics,
    shown_metrics,
    start_logging,
)
from gateway_cli.run.ready import Say, announce
from gateway_cli.run.stop_signal import stop_signal
from gateway_core.settings import CoreSettings
from gateway_core.wiring import Core, open_core
from openai_json.codec import OpenAiJson
from rest_facade.server import serve_http
from rest_facade.wiring import build_app


async def run_embedded(configuration: Configuration, say: Say) -> None:
    """Runs until told to stop."""
    start_logging(configuration)
    settings, facade, listeners = core_settings(configuration), configuration.facade, Listeners()
    registry, codec, version = process_metrics(), OpenAiJson(), installed_version()
    with stop_signal() as stop:
        async with (
            prepared(configuration, say) as kept,
            open_core(settings, core_parts(configuration, kept, codec, registry)) as core,
            open_admin(configuration.admin, admin_parts(configuration, kept, "embedded", listeners, registry)) as admin,
        ):
            listeners.add("grpc", core.server.grpc_address)
            listeners.add("channelz", core.server.channelz_address)
            listeners.add("admin", admin.address, configuration.admin.tls)
            channel = core.server.inside.channel()
            app = build_app(facade, channel, codec, version=version, draining=lambda: core.server.drained.draining)
            async with (
                serve_http(app, facade.http_listen, drain=facade.drain) as http_address,
                shown_metrics(configuration, registry) as metrics_address,
            ):
                listeners.add("http", http_address)
                listeners.add("metrics", metrics_address)
                settle_garbage()
                announce(say, listeners.links(), log_format=configuration.process.log_format)
                await drain_when_asked(stop, Both(core, admin).drain, settings.drain)


def core_settings(configuration: Configuration) -> CoreSettings:
    """Gives the settings of a core that has the admin service beside it.

    Nobody else changes a file of one's own, so such a core can never be behind; of a database that others share it
    can.
    """
    own = store_kind(configuration.core) == "sqlite"
    return replace(configuration.core, always_fresh=own)


class Both:
    """Brings the two servers of the process to their end, side by side."""

    def __init__(self, core: Core, admin: Admin) -> None:
        """Takes the servers."""
        self._core = core
        self._admin = admin

    async def drain(self, patience: float) -> None:
        """Gives running calls of either `patience` seconds."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._core.server.drain(patience))
            group.create_task(self._admin.drain(patience))
