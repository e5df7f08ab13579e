"""A store that fails or hangs when it is told to, in front of a real one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from typing import Literal

from gateway_core.records.audit_entry import Actor
from gateway_core.storage.storage_error import StoreDown, StoreUnavailable
from gateway_core.storage.store import Changing, Reading, Store


class UnreliableStore:
    """Answers as the store behind it, unless it is `away`, `down` or `hanging`. Changes always get through.

    With `down_for_reading` it still tells its version.
    """

    def __init__(self, store: Store) -> None:
        """Takes the store behind."""
        self.state: Literal["well", "away", "down", "hanging"] = "well"
        self.down_for_reading = False
        self.asked = 0
        self.offset = 0
        self._store = store

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """Reads, if it can."""
        await self._answer()
        if self.down_for_reading:
            raise StoreDown("no database listens")
        async with self._store.reading() as reading:
            yield reading

    def changing(self, actor: Actor) -> AbstractAsyncContextManager[Changing]:
        """Changes things as another process would."""
        return self._store.changing(actor)

    async def version(self) -> int:
        """Gives the version, if it can."""
        self.asked += 1
        await self._answer()
        return await self._store.version() + self.offset

    async def note_key_uses(self, uses: Mapping[str, datetime]) -> None:
        """Notes uses, if it can."""
        await self._answer()
        await self._store.note_key_uses(uses)

    async def forget_requests(self, before: datetime) -> None:
        """Forgets requests."""
        await self._store.forget_requests(before)

    async def close(self) -> None:
        """Leaves the store to who opened it."""

    async def _answer(self) -> None:
        if self.state == "away":
            raise StoreUnavailable("the database is away")
        if self.state == "down":
            raise StoreDown("no database listens")
        if self.state == "hanging":
            await asyncio.Event().wait()
