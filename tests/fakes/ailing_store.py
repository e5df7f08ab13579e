"""A store whose database goes away when told, and comes back."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime

from gateway_core.records.audit_entry import Actor
from gateway_core.storage.storage_error import StorageError, StoreUnavailable
from gateway_core.storage.store import Changing, Reading, Store


class AilingStore:
    """Hands everything on while it is `well`; until then who asks waits. `error`, if there is one, is raised instead.

    The version it gives is `ahead` of what can be read by so much; while it is `unreadable` it gives only that.
    """

    def __init__(self, store: Store) -> None:
        """Takes the store behind. It starts well."""
        self._store = store
        self.error: StorageError | None = None
        self.well = asyncio.Event()
        self.well.set()
        self.ahead = 0
        self.unreadable = False
        self.readings = 0
        self.forgotten: list[datetime] = []
        self.used: dict[str, datetime] = {}

    def go_away(self) -> None:
        """Lets everything fail from now on."""
        self.error = StoreUnavailable("the database cannot be reached: no route to secret-host")

    def come_back(self) -> None:
        """Lets everything work again."""
        self.error = None

    async def _ask(self) -> None:
        await self.well.wait()
        if self.error is not None:
            raise self.error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """Reads from the store behind."""
        self.readings += 1
        await self._ask()
        if self.unreadable:
            raise StoreUnavailable("the connection to the database broke")
        async with self._store.reading() as reading:
            yield reading

    @asynccontextmanager
    async def changing(self, actor: Actor) -> AsyncIterator[Changing]:
        """Changes the store behind."""
        await self._ask()
        async with self._store.changing(actor) as change:
            yield change

    async def version(self) -> int:
        """Asks the store behind."""
        await self._ask()
        return await self._store.version() + self.ahead

    async def note_key_uses(self, uses: Mapping[str, datetime]) -> None:
        """Notes in the store behind, and here."""
        await self._ask()
        self.used.update(uses)
        await self._store.note_key_uses(uses)

    async def forget_requests(self, before: datetime) -> None:
        """Forgets in the store behind, and notes it here."""
        await self._ask()
        self.forgotten.append(before)
        await self._store.forget_requests(before)

    async def close(self) -> None:
        """Leaves the store behind to whoever opened it."""
