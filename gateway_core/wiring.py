"""The bill of materials: the only place that names concrete classes and puts a core together."""

import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random
from uuid import uuid4

import grpc
from prometheus_client import CollectorRegistry

from gateway_core.background import Work, running
from gateway_core.chat.configured import Current
from gateway_core.chat.stack import StackParts
from gateway_core.clock import Clock
from gateway_core.following.follower import Follower, Following
from gateway_core.following.metrics import FollowingFigures
from gateway_core.following.polled_store import PATIENCE_FOR_SNAPSHOTS, PolledStore
from gateway_core.following.refreshed import Refreshed, Snapshots
from gateway_core.following.watched_admin import WatchedAdmin, admin_channel
from gateway_core.identity.freshness import Freshness
from gateway_core.identity.key_cache import KeyCache
from gateway_core.identity.key_uses import KeyUses
from gateway_core.identity.read_key import read_key
from gateway_core.identity.vault import Vault
from gateway_core.interceptors.access_log import AccessLines, AccessLog
from gateway_core.interceptors.authentication import Authenticated, Gate
from gateway_core.interceptors.client_address import ClientAddresses
from gateway_core.interceptors.decoding import Decoded
from gateway_core.interceptors.draining import Drained
from gateway_core.interceptors.metrics import Measured
from gateway_core.interceptors.request_id import RequestIds
from gateway_core.interceptors.status import StatusErrors
from gateway_core.metering.memory_ledger import MemoryLedger
from gateway_core.providers.http.http_upstream import HttpUpstream
from gateway_core.providers.registry import ProviderRegistry
from gateway_core.providers.simulator.upstream import SimulatedUpstream
from gateway_core.server import CoreServer, Services, serve
from gateway_core.services.account_service import AccountService
from gateway_core.services.call_start import CallStart
from gateway_core.services.chat_service import ChatService
from gateway_core.services.model_service import ModelService
from gateway_core.settings import CoreSettings
from gateway_core.storage.store import Store
from openai_json.codec import OpenAiJson

LONGEST_HOST = 64


@dataclass(frozen=True, slots=True)
class Core:
    """A core that runs."""

    server: CoreServer
    ledger: MemoryLedger


@dataclass(frozen=True, slots=True)
class CoreParts:
    """What a core is handed from outside: its records and what opens them, where it counts and logs, its clocks."""

    store: Store
    vault: Vault
    json: OpenAiJson
    metrics: CollectorRegistry
    access_lines: AccessLines
    clock: Clock
    version: str


@dataclass(frozen=True, slots=True)
class Followed:
    """What is read from the store at the start, and kept current from then on."""

    current: Current
    gate: Gate
    follower: Follower


def interceptors(parts: CoreParts, gate: Gate, drained: Drained) -> tuple[grpc.aio.ServerInterceptor, ...]:
    """Gives the interceptors in their order, the outermost first."""
    return (
        RequestIds(),
        AccessLog(parts.access_lines, parts.clock),
        Measured(parts.metrics, parts.clock),
        StatusErrors(logging.getLogger("weir.core")),
        drained,
        Authenticated(gate),
        Decoded(),
    )


@asynccontextmanager
async def open_core(settings: CoreSettings, parts: CoreParts) -> AsyncIterator[Core]:
    """Runs a core while inside, by the configuration that the store holds at each moment.

    Raises StorageError and SecretsError for what keeps it from starting.
    """
    ledger = MemoryLedger()
    async with AsyncExitStack() as closing:
        http = HttpUpstream(user_agent=f"weir/{parts.version}")
        closing.push_async_callback(http.close)
        registry = ProviderRegistry(json=parts.json, http=http, simulator=SimulatedUpstream(parts.clock))
        stack = StackParts(registry, ledger, parts.clock, Random(), logging.getLogger("weir.chat"))  # noqa: S311 # spreads load
        followed = await read_followed(settings, parts, stack)
        closing.push_async_callback(followed.gate.keys.close)
        closing.push_async_callback(followed.gate.uses.finish)
        await closing.enter_async_context(following(settings, parts, followed))
        services = Services(
            chat=ChatService(followed.current, CallStart(parts.clock, settings.request_timeout)),
            models=ModelService(followed.current),
            account=AccountService(),
        )
        drained = Drained()
        chain = interceptors(parts, followed.gate, drained)
        yield Core(await closing.enter_async_context(serve(services, chain, drained, settings)), ledger)


def make_gate(settings: CoreSettings, parts: CoreParts, bound: float) -> Gate:
    """Makes what decides who may come in; `bound` is for how many seconds nothing need be heard of the store."""
    clock = parts.clock
    read = partial(read_key, parts.store)
    return Gate(
        keys=KeyCache(parts.vault.peppers, read, capacity=settings.key_cache, clock=clock.monotonic),
        freshness=Freshness(clock.monotonic, bound, always=settings.always_fresh),
        uses=KeyUses(parts.store.note_key_uses, logging.getLogger("weir.keys")),
        addresses=ClientAddresses(settings.trusted_facades),
        clock=clock,
    )


async def read_followed(settings: CoreSettings, parts: CoreParts, stack: StackParts) -> Followed:
    """Reads the configuration of now, and makes what follows it."""
    logger = logging.getLogger("weir.following")
    snapshots = Snapshots(parts.vault.reveal, stack, logger)
    asked = parts.clock.monotonic()
    async with parts.store.reading() as reading:
        current = Current(await snapshots.read(reading))
        known = reading.version
    gate = make_gate(settings, parts, current.value.snapshot.staleness_bound)
    gate.freshness.confirm(asked)
    FollowingFigures(parts.metrics, current, gate.freshness, gate.keys)
    slowly = PolledStore(parts.store, PATIENCE_FOR_SNAPSHOTS)
    refreshed = Refreshed(slowly, current, snapshots, parts.clock, logger)
    kept = Following(gate.keys, refreshed, gate.freshness, parts.clock, logger)
    return Followed(current, gate, Follower(PolledStore(parts.store), kept, known))


@asynccontextmanager
async def following(settings: CoreSettings, parts: CoreParts, followed: Followed) -> AsyncIterator[None]:
    """Keeps what was read current while inside. A fault in it ends the core: better than to serve wrongly."""
    async with AsyncExitStack() as open_while_inside:
        work: list[Work] = [partial(followed.follower.follow_store, settings.poll_interval), followed.gate.uses.run]
        if settings.watch_admin is not None:
            channel = await open_while_inside.enter_async_context(admin_channel(settings.watch_admin))
            admin = WatchedAdmin(channel, settings.watch_token, watcher_name(), parts.version)
            work.append(partial(followed.follower.follow_admin, admin, Random()))  # noqa: S311 # spreads load
        await open_while_inside.enter_async_context(running(*work))
        yield


def watcher_name() -> str:
    """Names this process to administrators: by its machine, and so that two on one machine differ."""
    host = "".join(letter for letter in socket.gethostname() if letter.isascii() and letter.isprintable())
    return f"{host[:LONGEST_HOST].replace(' ', '') or 'core'}-{uuid4().hex[:8]}"
