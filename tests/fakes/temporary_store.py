"""A store in a SQLite file that is gone at the end, and one that is never asked for anything."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path

from gateway_core.records.audit_entry import Actor
from gateway_core.storage.open_database import address_of_file
from gateway_core.storage.open_store import open_store
from gateway_core.storage.store import Changing, Reading, Store


@asynccontextmanager
async def temporary_store() -> AsyncIterator[tuple[Store, Path]]:
    """Opens an empty store, and gives the folder it is in."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(address_of_file(Path(folder))) as store:
            yield store, Path(folder)


class NoStore:
    """Stands where a store belongs that nobody may use."""

    def reading(self) -> AbstractAsyncContextManager[Reading]:
        """Refuses."""
        raise AssertionError("nobody may read here")

    def changing(self, actor: Actor) -> AbstractAsyncContextManager[Changing]:
        """Refuses."""
        raise AssertionError("nobody may change anything here")

    async def version(self) -> int:
        """Refuses."""
        raise AssertionError("nobody may ask here")

    async def note_key_uses(self, uses: Mapping[str, datetime]) -> None:
        """Refuses."""
        raise AssertionError("nobody may note anything here")

    async def forget_requests(self, before: datetime) -> None:
        """Refuses."""
        raise AssertionError("nobody may forget anything here")

    async def close(self) -> None:
        """Has nothing to let go of."""
