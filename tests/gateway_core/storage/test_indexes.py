"""What is asked often is found by an index, in the order in which it is given."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Select, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway_core.storage import tables
from gateway_core.storage.open_database import address_of_file
from gateway_core.storage.schema import create_if_empty
from tests.gateway_core.storage.databases import opened

FILTERS = [
    (tables.USERS, "name"),
    (tables.USERS, "managed_by"),
    (tables.API_KEYS, "managed_by"),
    (tables.API_KEYS, "user_uid"),
    (tables.API_KEYS, "name"),
    (tables.ADMIN_TOKENS, "name"),
    (tables.PROVIDERS, "name"),
    (tables.CREDENTIALS, "provider_uid"),
    (tables.MODELS, "name"),
    (tables.LIMITS, "scope_id"),
]


@pytest.fixture
async def connection(tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    """Gives a connection to an empty SQLite database, whose plans do not depend on what is in it."""
    async with opened(address_of_file(tmp_path)) as engines:
        await create_if_empty(engines)
        async with engines.reading.connect() as connected:
            yield connected


async def plan_of(connection: AsyncConnection, query: Select[tuple[object, ...]]) -> list[str]:
    """Asks how a query would be answered."""
    statement = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    return [row.detail for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]


@pytest.mark.parametrize(("table", "column"), FILTERS, ids=str)
async def test_a_list_by_its_usual_filter_is_read_from_an_index(
    connection: AsyncConnection, table: Table, column: str
) -> None:
    query = select(table).where(table.c[column] == "x", table.c.uid > "a").order_by(table.c.uid).limit(10)
    (step,) = await plan_of(connection, query)
    assert step == f"SEARCH {table.name} USING INDEX {table.name}_by_{column} ({column}=? AND uid>?)"


async def test_what_led_to_a_configuration_is_read_from_an_index(connection: AsyncConnection) -> None:
    audit = tables.AUDIT
    query = select(audit).where(audit.c.version > 7).order_by(audit.c.version, audit.c.sequence).limit(10)
    assert await plan_of(connection, query) == ["SEARCH audit USING INDEX audit_of_version (version>?)"]


async def test_the_secrets_of_an_owner_are_found_by_an_index(connection: AsyncConnection) -> None:
    hashes = tables.KEY_HASHES
    (step,) = await plan_of(connection, select(hashes).where(hashes.c.owner.in_(["key_1", "key_2"])))
    assert step == "SEARCH key_hashes USING INDEX key_hashes_of_owner (owner=?)"
