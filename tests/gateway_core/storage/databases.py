"""Both kinds of databases, empty, for tests of what is the same in them and no matter of the store's contract."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from gateway_core.storage.engines import Engines
from gateway_core.storage.open_database import address_of_file, open_database
from tests.real_stores.fresh_database import fresh_database

KINDS = ("sqlite", "postgresql")


@asynccontextmanager
async def empty_database(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[str]:
    """Gives the address of a database of the kind that the test's parameter names."""
    if request.param == "sqlite":
        yield address_of_file(folder)
    else:
        async with fresh_database(request.getfixturevalue("postgres")) as address:
            yield address


@asynccontextmanager
async def opened(address: str, *, migrating: bool = False) -> AsyncIterator[Engines]:
    """Opens a database while inside."""
    engines = open_database(address, migrating=migrating)
    try:
        yield engines
    finally:
        await engines.close()
