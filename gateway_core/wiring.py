"""The bill of materials: the only place that names concrete classes and puts a core together."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from types import MappingProxyType

import grpc
from prometheus_client import CollectorRegistry

from gateway_core.chat.configured import Configured, Current
from gateway_core.chat.stack import StackParts, build_stack
from gateway_core.clock import Clock
from gateway_core.identity.bootstrap import Bootstrapped, bootstrap
from gateway_core.identity.key_ring import KeyRing
from gateway_core.identity.known_keys import known_keys
from gateway_core.identity.peppers import load_peppers
from gateway_core.interceptors.access_log import AccessLines, AccessLog
from gateway_core.interceptors.authentication import Authenticated
from gateway_core.interceptors.decoding import Decoded
from gateway_core.interceptors.draining import Drained
from gateway_core.interceptors.metrics import Measured
from gateway_core.interceptors.request_id import RequestIds
from gateway_core.interceptors.status import StatusErrors
from gateway_core.metering.memory_ledger import MemoryLedger
from gateway_core.providers.http.http_upstream import HttpUpstream
from gateway_core.providers.registry import ProviderRegistry
from gateway_core.providers.simulator.upstream import SimulatedUpstream
from gateway_core.records.snapshot import Snapshot
from gateway_core.secrets_at_rest.find_master_keys import find_master_keys
from gateway_core.secrets_at_rest.master_key_file import FILE as MASTER_KEY_FILE
from gateway_core.server import CoreServer, Services, serve
from gateway_core.services.account_service import AccountService
from gateway_core.services.call_start import CallStart
from gateway_core.services.chat_service import ChatService
from gateway_core.services.model_service import ModelService
from gateway_core.settings import CoreSettings
from gateway_core.storage.store import Store
from openai_json.codec import OpenAiJson


@dataclass(frozen=True, slots=True)
class Core:
    """A core that runs. `issued` holds the credentials made at this start, to be shown once."""

    server: CoreServer
    issued: Bootstrapped
    ledger: MemoryLedger


@dataclass(frozen=True, slots=True)
class CoreParts:
    """What a core is handed from outside: its records, where it counts and logs, its clocks."""

    store: Store
    json: OpenAiJson
    metrics: CollectorRegistry
    access_lines: AccessLines
    clock: Clock
    version: str


def interceptors(parts: CoreParts, keys: KeyRing, drained: Drained) -> tuple[grpc.aio.ServerInterceptor, ...]:
    """Gives the interceptors in their order, the outermost first."""
    return (
        RequestIds(),
        AccessLog(parts.access_lines, parts.clock),
        Measured(parts.metrics, parts.clock),
        StatusErrors(logging.getLogger("weir.core")),
        drained,
        Authenticated(keys),
        Decoded(),
    )


@asynccontextmanager
async def open_core(settings: CoreSettings, parts: CoreParts) -> AsyncIterator[Core]:
    """Runs a core while inside."""
    now = datetime.now(UTC)
    master_keys = await find_master_keys(parts.store, settings.master_key, settings.data_dir / MASTER_KEY_FILE)
    peppers = await load_peppers(parts.store, master_keys)
    issued = await bootstrap(
        parts.store, peppers, api_key=settings.bootstrap_api_key, admin_token=settings.bootstrap_admin_token
    )
    async with parts.store.reading() as reading:
        keys = KeyRing(peppers.current.reveal(), await known_keys(reading, now))
    ledger = MemoryLedger()
    http = HttpUpstream(user_agent=f"weir/{parts.version}")
    registry = ProviderRegistry(json=parts.json, http=http, simulator=SimulatedUpstream(parts.clock))
    stack = StackParts(registry, ledger, parts.clock, Random(), logging.getLogger("weir.chat"))  # noqa: S311 # spreads load
    snapshot = Snapshot(
        version="1",
        created=int(now.timestamp()),
        providers=MappingProxyType(dict(settings.providers)),
        models=MappingProxyType(dict(settings.models)),
    )
    current = Current(Configured(snapshot, build_stack(stack, snapshot)))
    services = Services(
        chat=ChatService(current, CallStart(parts.clock, settings.request_timeout)),
        models=ModelService(current),
        account=AccountService(),
    )
    drained = Drained()
    try:
        async with serve(services, interceptors(parts, keys, drained), drained, settings) as server:
            yield Core(server, issued, ledger)
    finally:
        await http.close()
