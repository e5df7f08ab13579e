"""Which schemas this version works with, and the sentences for all others."""

from pathlib import Path

import pytest

from gateway_core.records.user import User
from gateway_core.storage.migrate import Migrations
from gateway_core.storage.open_database import open_database
from gateway_core.storage.open_store import open_store
from gateway_core.storage.query import Page
from gateway_core.storage.schema import SchemaStatus, create_if_empty, refuse_unfit, require_compatible
from gateway_core.storage.storage_error import SchemaBehind, SchemaIncompatible
from tests.fakes.sample_records import ACTOR
from tests.gateway_core.storage.databases import opened

MORE = Path(__file__).parent / "more_migrations"


async def migrated(address: str, target: str | None) -> None:
    async with opened(address, migrating=True) as engines:
        await Migrations(MORE).up(engines, target)


async def users_of(address: str) -> list[str]:
    async with open_store(address) as store:
        async with store.changing(ACTOR) as change:
            await change.users.create(User("alice"))
        async with store.reading() as reading:
            return [record.value.name for record in await reading.users.page(Page())]


async def test_a_schema_one_release_ahead_is_worked_with(address: str) -> None:
    await migrated(address, "9001")
    assert await users_of(address) == ["alice"]


async def test_a_schema_that_serves_us_no_more_is_refused_with_what_to_do(address: str) -> None:
    await migrated(address, "9002")
    with pytest.raises(SchemaIncompatible, match="schema 9002, which serves versions that know 9001; this one") as no:
        await users_of(address)
    assert not isinstance(no.value, SchemaBehind)


async def test_an_older_schema_is_refused_with_what_to_do(address: str) -> None:
    await migrated(address, "0001")
    with pytest.raises(SchemaBehind, match=r"has schema 0001, .* needs 0002: run `weir migrate up`"):
        await users_of(address)


async def test_an_older_schema_is_migrated_where_a_way_is_given(address: str) -> None:
    await migrated(address, "0001")

    async def bring_up_to_date(there: str) -> None:
        engines = open_database(there, migrating=True)
        await Migrations().up(engines)
        await engines.close()

    async with open_store(address, migrate=bring_up_to_date) as store, store.reading() as reading:
        assert await reading.models.page(Page()) == []


async def test_a_way_to_migrate_that_does_not_help_is_noticed(address: str) -> None:
    await migrated(address, "0001")

    async def do_nothing(there: str) -> None:
        assert there == address

    with pytest.raises(SchemaBehind):
        async with open_store(address, migrate=do_nothing):
            pass


async def test_a_database_of_something_else_is_left_alone(address: str) -> None:
    async with opened(address) as engines:
        async with engines.writing.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE users (id INTEGER)")
        with pytest.raises(SchemaIncompatible, match=r"tables that are not Weir's \(users\)"):
            await create_if_empty(engines)
        with pytest.raises(SchemaIncompatible, match="not Weir's"):
            await Migrations().up(engines)


async def test_tables_of_others_under_other_names_are_no_matter(address: str) -> None:
    async with opened(address) as engines:
        async with engines.writing.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE invoices (id INTEGER)")
        assert await create_if_empty(engines)
        assert not await create_if_empty(engines)
        assert (await require_compatible(engines)).fits


async def test_a_schema_without_its_first_rows_is_refused(address: str) -> None:
    async with open_store(address):
        pass
    async with opened(address) as engines, engines.writing.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM gateway_state")
    with pytest.raises(SchemaIncompatible, match="never made ready"):
        await users_of(address)


def test_no_schema_at_all_is_refused_with_what_to_do() -> None:
    with pytest.raises(SchemaBehind, match="no schema yet: run `weir migrate up`"):
        refuse_unfit(SchemaStatus(None, None))
