"""The databases that must keep the contract: an empty store in each, and how to open it once more."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway_core.storage.open_database import address_of_file
from gateway_core.storage.open_store import open_store
from gateway_core.storage.sql_store import SqlStore
from tests.fakes.prepared_store import empty_store
from tests.real_stores.prepared_databases import PreparedDatabases


@pytest.fixture(params=["sqlite", "postgresql"])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Gives the address of a database that has the schema and no records."""
    if request.param == "sqlite":
        empty_store().copy_to(tmp_path)
        yield address_of_file(tmp_path)
    else:
        databases: PreparedDatabases = request.getfixturevalue("prepared_databases")
        async with databases.fresh() as database:
            yield database


@pytest.fixture
async def store(address: str) -> AsyncIterator[SqlStore]:
    """Gives a store that is open and empty."""
    async with open_store(address) as opened:
        yield opened
