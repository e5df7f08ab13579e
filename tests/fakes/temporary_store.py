"""A store in a SQLite file that is gone at the end, and one that is never asked for anything."""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway_core.records.audit_entry import Actor
from gateway_core.storage.open_database import FILE
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.sqlite import open_sqlite
from gateway_core.storage.store import Changing, Reading, Store
from tests.fakes.prepared_store import PreparedStore, empty_store


@asynccontextmanager
async def temporary_store(like: PreparedStore[Any] | None = None) -> AsyncIterator[tuple[Store, Path]]:
    """Opens a store that begins like another, or empty, and gives the folder it is in. Its schema is known to fit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (like or empty_store()).copy_to(folder)
        engines = open_sqlite(folder / FILE)
        try:
            yield SqlStore(engines), folder
        finally:
            await engines.close()


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
