"""The bill of materials: the only place that names concrete classes and puts an admin service together."""

import logging
import uuid
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import grpc
from prometheus_client import CollectorRegistry

from admin.conduct.administrator import ADMINISTRATOR
from admin.conduct.desk import Desk
from admin.housekeeping import keep_house
from admin.interceptors.administrator import Admission, Authorized
from admin.interceptors.known_tokens import KnownTokens
from admin.interceptors.slowed import Slowed
from admin.interceptors.storage_errors import StorageErrors
from admin.process_facts import Listening, Mode, ProcessFacts, StoreKind
from admin.server import AdminServer, Serving, serve
from admin.service_table import Served, served
from admin.services.gateway_service import GatewayService
from admin.settings import AdminSettings
from admin.tls import server_credentials
from admin.watching.hub import Hub
from gateway_core.background import running
from gateway_core.clock import Clock
from gateway_core.identity.key_uses import KeyUses
from gateway_core.identity.vault import Vault
from gateway_core.interceptors.access_log import AccessLines, AccessLog
from gateway_core.interceptors.decoding import Decoded
from gateway_core.interceptors.draining import Drained
from gateway_core.interceptors.metrics import Measured
from gateway_core.interceptors.request_id import RequestIds
from gateway_core.interceptors.status import StatusErrors
from gateway_core.storage.store import Store

FIGURES = "weir_admin"


@dataclass(frozen=True, slots=True)
class AdminParts:
    """What an admin service is handed from outside: its records, where it counts and logs, what the process is."""

    store: Store
    vault: Vault
    access_lines: AccessLines
    metrics: CollectorRegistry
    clock: Clock
    version: str
    mode: Mode
    store_kind: StoreKind
    listeners: Callable[[], Sequence[Listening]]


@dataclass(frozen=True, slots=True)
class Admin:
    """An admin service that runs."""

    server: AdminServer
    hub: Hub
    services: Sequence[Served]

    @property
    def address(self) -> str:
        """Gives where it listens, with the port that was really taken."""
        return self.server.address

    async def drain(self, patience: float) -> None:
        """Refuses new calls, ends those who watch, and gives running calls `patience` seconds."""
        await self.server.drain(patience)


def interceptors(parts: AdminParts, admission: Admission, drained: Drained) -> tuple[grpc.aio.ServerInterceptor, ...]:
    """Gives the interceptors in their order, the outermost first."""
    return (
        RequestIds(),
        AccessLog(parts.access_lines, parts.clock, who=administrator_facts),
        Measured(parts.metrics, parts.clock, FIGURES),
        StatusErrors(logging.getLogger("weir.admin")),
        drained,
        Authorized(admission),
        StorageErrors(),
        Decoded(),
    )


def administrator_facts() -> Mapping[str, str]:
    """Says for the access log who made the rpc of this context."""
    who = ADMINISTRATOR.get()
    return {} if who is None else {"administrator": who.name, "administrator_uid": who.uid}


@asynccontextmanager
async def open_admin(settings: AdminSettings, parts: AdminParts) -> AsyncIterator[Admin]:
    """Runs an admin service while inside. Raises BadTls, BindError, StorageError."""
    logger, clock, store = logging.getLogger("weir.admin"), parts.clock, parts.store
    credentials = None if settings.tls is None else server_credentials(settings.tls)
    tokens, uses = KnownTokens(store, clock), KeyUses(store.note_key_uses, logger)
    hub = Hub(store, clock, logger, heard=tokens.heard)
    await hub.begin()
    admission = Admission(
        parts.vault.peppers,
        tokens,
        Slowed(clock.monotonic, allowed=settings.bad_tokens),
        reachable=lambda: hub.store.reachable,
        used=lambda uid: uses.used(uid, clock.seconds()),
    )

    gateway = GatewayService(facts_of(parts), hub, clock)
    drained = Drained()
    serving = Serving(
        served(Desk(store, parts.vault, clock.now), hub, gateway),
        interceptors(parts, admission, drained),
        drained,
        hub.end,
    )
    tasks = (hub.follow, uses.run, partial(keep_house, store, clock.now, logger))
    try:
        async with serve(serving, settings, credentials) as server, running(*tasks):
            yield Admin(server, hub, serving.services)
    finally:
        await uses.finish()


def facts_of(parts: AdminParts) -> ProcessFacts:
    """Gives what is known of the process from now on."""
    return ProcessFacts(
        version=parts.version,
        mode=parts.mode,
        store_kind=parts.store_kind,
        instance_id=uuid.uuid4().hex,
        started=parts.clock.wall(),
        listeners=parts.listeners,
    )
