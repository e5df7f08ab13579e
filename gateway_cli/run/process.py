"""What every server process does alike: log, listen for the stop signal, show metrics, drain in order."""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version as version_of

from prometheus_client import GC_COLLECTOR, CollectorRegistry, PlatformCollector, ProcessCollector

from admin.process_facts import Mode
from admin.wiring import AdminParts
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.listeners import Listeners
from gateway_cli.run.log_lines import LineWriter, NoLines, configure
from gateway_cli.run.metrics_page import MetricsPage
from gateway_cli.run.opened_store import store_kind
from gateway_cli.run.prepared import Prepared
from gateway_cli.run.stop_signal import StopSignal
from gateway_core.clock import Clock
from gateway_core.interceptors.access_log import AccessLines
from gateway_core.wiring import CoreParts
from openai_json.codec import OpenAiJson
from rest_facade.server import serve_http

METRICS_DRAIN = 0.5


def start_logging(configuration: Configuration) -> None:
    """Sends the log to the error stream and tells what the configuration leaves open."""
    process = configuration.process
    configure(sys.stderr, level=process.log_level, log_format=process.log_format)
    logger = logging.getLogger("weir")
    for note in configuration.notes:
        logger.info(note)
    for warning in configuration.warnings:
        logger.warning(warning)


def installed_version() -> str:
    """Says which version this is."""
    return version_of("weir-gateway")


def access_lines(configuration: Configuration) -> AccessLines:
    """Gives where the access log goes: to the error stream, unless the level asks for less."""
    process = configuration.process
    wanted = process.log_level in ("debug", "info")
    return LineWriter(sys.stderr.buffer, log_format=process.log_format) if wanted else NoLines()


def core_parts(
    configuration: Configuration, kept: Prepared, codec: OpenAiJson, registry: CollectorRegistry
) -> CoreParts:
    """Gathers what a core is handed."""
    return CoreParts(
        store=kept.store,
        vault=kept.vault,
        json=codec,
        metrics=registry,
        access_lines=access_lines(configuration),
        clock=Clock(),
        version=installed_version(),
    )


def admin_parts(
    configuration: Configuration, kept: Prepared, mode: Mode, listeners: Listeners, registry: CollectorRegistry
) -> AdminParts:
    """Gathers what an admin service is handed."""
    return AdminParts(
        store=kept.store,
        vault=kept.vault,
        access_lines=access_lines(configuration),
        metrics=registry,
        clock=Clock(),
        version=installed_version(),
        mode=mode,
        store_kind=store_kind(configuration.core),
        listeners=listeners.known,
    )


def process_metrics() -> CollectorRegistry:
    """Makes the registry, with what Prometheus expects of every process."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(GC_COLLECTOR)
    return registry


@asynccontextmanager
async def shown_metrics(configuration: Configuration, registry: CollectorRegistry) -> AsyncIterator[str | None]:
    """Serves the metrics while inside, and says where."""
    listen = configuration.process.metrics_listen
    if listen is None:
        yield None
        return
    async with serve_http(MetricsPage(registry), listen, drain=METRICS_DRAIN) as address:
        yield address


async def drain_when_asked(stop: StopSignal, drain: Callable[[float], Awaitable[None]], patience: float) -> None:
    """Waits for the signal and then for the drain; a second signal leaves the drain no more time."""
    await stop.asked.wait()
    draining = asyncio.ensure_future(drain(patience))
    urgent = asyncio.ensure_future(stop.urgent.wait())
    try:
        await asyncio.wait((draining, urgent), return_when=asyncio.FIRST_COMPLETED)
        if not draining.done():
            await drain(0)
        await draining
    finally:
        urgent.cancel()
