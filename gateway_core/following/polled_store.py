"""The store as it is followed: every question has an end, and no answer in time is a failure like any other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from gateway_core.storage.storage_error import StoreUnavailable
from gateway_core.storage.store import Reading, Store

PATIENCE = 5.0
PATIENCE_FOR_SNAPSHOTS = 15.0
SENTENCE = "the database does not answer in time"


@dataclass(frozen=True, slots=True)
class PolledStore:
    """Asks the store, for at most `patience` seconds at a time. Raises StorageError."""

    store: Store
    patience: float = PATIENCE

    async def version(self) -> int:
        """Gives the version of the configuration."""
        try:
            async with asyncio.timeout(self.patience):
                return await self.store.version()
        except TimeoutError as error:
            raise StoreUnavailable(SENTENCE) from error

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """Holds one state still while inside, which must not take longer than the patience."""
        try:
            async with asyncio.timeout(self.patience), self.store.reading() as reading:
                yield reading
        except TimeoutError as error:
            raise StoreUnavailable(SENTENCE) from error
