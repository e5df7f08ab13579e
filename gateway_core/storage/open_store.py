"""Opens the store at an address, with a schema that this version can work with. An empty database gets one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from gateway_core.storage.open_database import open_database
from gateway_core.storage.schema import create_if_empty, require_compatible
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import SchemaBehind


@asynccontextmanager
async def open_store(
    address: str, *, migrate: Callable[[str], Awaitable[None]] | None = None
) -> AsyncIterator[SqlStore]:
    """Opens the store while inside.

    `migrate` brings the database at an address up to date; without it an older schema is refused with SchemaBehind.
    Raises StorageError for whatever keeps the database from serving.
    """
    engines = open_database(address)
    try:
        await create_if_empty(engines)
        try:
            await require_compatible(engines)
        except SchemaBehind:
            if migrate is None:
                raise
            await migrate(address)
            await require_compatible(engines)
        yield SqlStore(engines)
    finally:
        await engines.close()
