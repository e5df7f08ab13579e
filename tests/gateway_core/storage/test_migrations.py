"""Migrations on data, forward and back, in both databases; and that they lead to the tables the code knows."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, insert, select

from gateway_core.storage.migrate import Migrations
from gateway_core.storage.open_store import open_store
from gateway_core.storage.schema import REVISIONS, SERVES_FROM, SchemaStatus, create_if_empty
from gateway_core.storage.storage_error import SchemaIncompatible
from gateway_core.storage.tables import GATEWAY_STATE, METADATA, SCHEMA_COMPATIBILITY
from tests.gateway_core.storage.databases import opened

MORE = Path(__file__).parent / "more_migrations"
NOTHING = SchemaStatus(None, None)
NEWEST = SchemaStatus(REVISIONS[-1], SERVES_FROM)
VALUES = {str: "text", int: 7, bool: True, bytes: b"bytes", datetime: datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)}
FILLED_BY_THE_STEP = {GATEWAY_STATE.name, SCHEMA_COMPATIBILITY.name}
Rows = dict[str, list[dict[str, object]]]


def tables_in(connection: Connection) -> list[Table]:
    """Reads the tables as they are in the database, parents first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != "alembic_version"]


def rows_in(connection: Connection) -> Rows:
    """Reads everything."""
    tables = tables_in(connection)
    return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}


def fill_empty_tables(connection: Connection) -> None:
    """Puts a row into each table that has none, of whatever its columns take."""
    for table in tables_in(connection):
        if connection.execute(select(table)).first() is None:
            values = {column.name: VALUES[column.type.python_type] for column in table.columns}
            connection.execute(insert(table).values(values))


def kept(before: Rows, after: Rows) -> bool:
    """Says whether tables and columns that are in both hold the same."""
    for name in before.keys() & after.keys() - FILLED_BY_THE_STEP:
        if len(before[name]) != len(after[name]):
            return False
        for old, new in zip(before[name], after[name], strict=True):
            if any(old[column] != new[column] for column in old.keys() & new.keys()):
                return False
    return True


def shape_of(connection: Connection) -> dict[str, object]:
    """Describes the tables: columns, types, what may be null, keys and indexes."""
    return {
        table.name: (
            sorted((c.name, str(c.type), c.nullable, c.primary_key) for c in table.columns),
            sorted((index.name or "", [c.name for c in index.columns], index.unique) for index in table.indexes),
            sorted((str(key.parent), key.target_fullname) for key in table.foreign_keys),
        )
        for table in tables_in(connection)
    }


def test_the_code_knows_every_migration_and_what_the_newest_serves() -> None:
    assert Migrations().revisions == REVISIONS
    assert SERVES_FROM in REVISIONS


@pytest.mark.parametrize("more", [(), (MORE,)], ids=["released", "with steps to come"])
async def test_data_survives_every_step_forward_and_back(address: str, more: tuple[Path, ...]) -> None:
    migrations = Migrations(*more)
    async with opened(address, migrating=True) as engines:
        before: Rows = {}
        for revision in migrations.revisions:
            assert await migrations.up(engines, revision) == (revision,)
            async with engines.writing.begin() as connection:
                assert kept(before, await connection.run_sync(rows_in)), revision
                await connection.run_sync(fill_empty_tables)
                before = await connection.run_sync(rows_in)
        assert all(before.values())
        for revision, target in reversed(list(zip(migrations.revisions, (None, *migrations.revisions), strict=False))):
            assert await migrations.down(engines, target) == (revision,)
            async with engines.writing.begin() as connection:
                assert kept(before, await connection.run_sync(rows_in)), target
        assert await migrations.status(engines) == NOTHING
        assert await migrations.up(engines) == migrations.revisions


async def test_all_steps_may_be_taken_at_once_and_then_there_are_none(address: str) -> None:
    migrations = Migrations()
    async with opened(address, migrating=True) as engines:
        assert await migrations.status(engines) == NOTHING
        assert await migrations.up(engines) == REVISIONS
        assert await migrations.status(engines) == NEWEST
        assert await migrations.up(engines) == ()
        assert await migrations.down(engines, REVISIONS[-1]) == ()
        assert await migrations.down(engines) == tuple(reversed(REVISIONS))
        assert await migrations.down(engines) == ()


async def test_migrations_lead_to_the_tables_that_the_code_knows(address: str) -> None:
    async with opened(address, migrating=True) as engines:
        await Migrations().up(engines)
        async with engines.writing.connect() as connection:
            differences = await connection.run_sync(
                lambda c: compare_metadata(MigrationContext.configure(c, opts={"compare_type": True}), METADATA)
            )
    assert differences == []


async def test_migrations_lead_to_the_same_as_the_shortcut_for_empty_databases(address: str) -> None:
    migrations = Migrations()
    async with opened(address, migrating=True) as engines:
        await migrations.up(engines)
        async with engines.writing.connect() as connection:
            migrated = await connection.run_sync(shape_of), await connection.run_sync(rows_in)
        await migrations.down(engines)
        assert await create_if_empty(engines)
        async with engines.writing.connect() as connection:
            assert (await connection.run_sync(shape_of), await connection.run_sync(rows_in)) == migrated
        assert await migrations.status(engines) == NEWEST
        assert await migrations.down(engines) == tuple(reversed(REVISIONS))


async def test_a_step_that_fails_leaves_everything_as_it_was(address: str, tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    broken = (MORE / "m9001_expand.py").read_text().replace("UPDATE users SET", "UPDATE nowhere SET")
    (tmp_path / "steps" / "m9001_broken.py").write_text(broken)
    async with opened(address, migrating=True) as engines:
        await Migrations().up(engines)
        async with engines.writing.connect() as connection:
            before = await connection.run_sync(shape_of)
        with pytest.raises(Exception, match="nowhere"):
            await Migrations(tmp_path / "steps").up(engines)
        async with engines.writing.connect() as connection:
            assert await connection.run_sync(shape_of) == before
        assert await Migrations().status(engines) == NEWEST


async def test_a_step_that_would_orphan_records_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "steps").mkdir()
    cruel = (MORE / "m9001_expand.py").read_text().replace("UPDATE users SET nickname = name", "DELETE FROM users")
    (tmp_path / "steps" / "m9001_cruel.py").write_text(cruel)
    async with opened(f"sqlite:///{tmp_path}/x", migrating=True) as engines:
        await Migrations().up(engines)
        async with engines.writing.begin() as connection:
            await connection.run_sync(fill_empty_tables)
        with pytest.raises(SchemaIncompatible, match="without what they belong to"):
            await Migrations(tmp_path / "steps").up(engines)
        assert await Migrations().status(engines) == NEWEST


async def test_a_revision_that_nobody_knows_is_refused(address: str) -> None:
    async with opened(address, migrating=True) as engines:
        with pytest.raises(SchemaIncompatible, match=r"there is no schema 7; this version knows 0001, 0002"):
            await Migrations().up(engines, "7")
        await Migrations(MORE).up(engines)
        for move in (Migrations().up, Migrations().down):
            with pytest.raises(SchemaIncompatible, match="9002, which only a newer version"):
                await move(engines)


async def test_of_many_who_migrate_at_once_each_step_is_taken_once(address: str) -> None:
    async def migrate() -> tuple[str, ...]:
        async with opened(address, migrating=True) as engines:
            return await Migrations().up(engines)

    taken = await asyncio.gather(*(migrate() for _ in range(5)))
    assert sorted(taken) == [(), (), (), (), REVISIONS]


async def test_of_many_who_open_an_empty_database_at_once_one_makes_the_schema(address: str) -> None:
    async def open_it() -> int:
        async with open_store(address) as store, store.reading() as reading:
            return reading.version

    assert await asyncio.gather(*(open_it() for _ in range(5))) == [0] * 5
