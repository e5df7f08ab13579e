"""Runs statements inside one transaction. Whatever goes wrong with the database leaves as a StorageError."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Executable, RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from gateway_core.storage.failures import told
from gateway_core.storage.undisturbed import undisturbed


class Statements:
    """One open transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Takes the connection in whose transaction everything runs."""
        self._connection = connection

    async def rows(self, query: Executable) -> Sequence[RowMapping]:
        """Gives every row of a query."""
        with told():
            return (await undisturbed(self._connection.execute(query))).mappings().all()

    async def row(self, query: Executable) -> RowMapping | None:
        """Gives the first row of a query."""
        with told():
            return (await undisturbed(self._connection.execute(query))).mappings().first()

    async def run(
        self,
        statement: Executable,
        values: Sequence[dict[str, Any]] | None = None,
        *,
        kind: str = "record",
        what: str = "",
    ) -> int:
        """Runs a statement, once for each of the values, and says how many rows it touched."""
        with told(kind, what):
            return (await undisturbed(self._connection.execute(statement, values))).rowcount


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[Statements]:
    """Commits at the end; on an exception it undoes everything."""
    connection = engine.connect()
    try:
        with told():
            await undisturbed(_begun(connection))
        yield Statements(connection)
        with told():
            await undisturbed(connection.commit())
    finally:
        if connection.sync_connection is not None:
            with told():
                await undisturbed(connection.close())


async def _begun(connection: AsyncConnection) -> None:
    await connection.start()
    await connection.begin()
