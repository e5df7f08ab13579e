"""A hub that asks the store only when told, and what its watchers hear."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from admin.conduct.administrator import ADMINISTRATOR, Administrator
from admin.watching.changes import Batch
from admin.watching.hub import Hub
from gateway_core.clock import Clock
from gateway_core.records.user import User
from tests.fakes.ailing_store import AilingStore
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1.config_service_pb2 import WatchConfigResponse

WHO = Administrator("adminTokens/core", "adm_1", "operator", "192.0.2.1")
Stream = AsyncGenerator[WatchConfigResponse, None]


@dataclass
class World:
    """A hub that polls only when told, over a store that can go away."""

    hub: Hub
    store: AilingStore
    heard: list[Batch] = field(default_factory=list)

    async def change(self, *names: str) -> None:
        """Makes one version that holds these users."""
        async with self.store.changing(ACTOR) as changing:
            for name in names:
                await changing.users.create(User(name))

    def watch(self, resume: int | None = None, watcher_id: str = "core-1") -> Stream:
        """Begins to watch."""
        ADMINISTRATOR.set(WHO)
        return self.hub.watch(watcher_id, "1.2.3", resume)


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    """Makes a hub at version 1."""
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        heard: list[Batch] = []
        world = World(Hub(ailing, Clock(), logging.getLogger("test"), heard=heard.append), ailing, heard)
        await world.change("first")
        await world.hub.begin()
        yield world


async def soon(stream: Stream) -> WatchConfigResponse:
    """Gives the next message, which must come before a sign of life would."""
    async with asyncio.timeout(0.8):
        return await anext(stream)


def told(reply: WatchConfigResponse) -> tuple[list[int], int]:
    """Gives the versions of the events, and how far the watcher is."""
    return [event.version for event in reply.events], reply.progress.version
