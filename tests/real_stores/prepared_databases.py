"""Databases on a server that begin with a schema: made once, copied for each test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway_core.storage.open_store import open_store
from tests.real_stores.fresh_database import address_of, execute, fresh_database, new_name


class PreparedDatabases:
    """Copies of one database, which is made for the first who asks and kept until the end."""

    def __init__(self, server: str) -> None:
        """Takes the address of the server."""
        self._server = server
        self._template = ""

    @asynccontextmanager
    async def fresh(self) -> AsyncIterator[str]:
        """Gives the address of a database with the schema and nothing in it."""
        if not self._template:
            await self._prepare()
        async with fresh_database(self._server, self._template) as address:
            yield address

    def forget(self) -> None:
        """Takes the original away. No loop runs at that time."""
        if self._template:
            asyncio.run(execute(self._server, f"DROP DATABASE {self._template}"))

    async def _prepare(self) -> None:
        name = new_name()
        await execute(self._server, f"CREATE DATABASE {name} TEMPLATE template0")
        self._template = name
        async with open_store(address_of(self._server, name)):
            pass
