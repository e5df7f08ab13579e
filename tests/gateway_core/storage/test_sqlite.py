"""The file of the SQLite store: who may read it, and what happens when it is not as it should be."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from gateway_core.records.user import User
from gateway_core.storage.open_database import address_of_file
from gateway_core.storage.open_store import open_store
from gateway_core.storage.query import Page
from gateway_core.storage.schema import create_if_empty
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.sqlite import open_sqlite
from gateway_core.storage.storage_error import StorageError, StoreUnavailable
from tests.fakes.sample_records import ACTOR

FILE = "weir.sqlite3"
OWNER_ONLY = 0o600


def mode_of(path: Path) -> int:
    return path.stat().st_mode & 0o777


def let_all_enter(folder: Path) -> None:
    folder.chmod(0o755)


def modes_in(folder: Path) -> dict[str, int]:
    return {path.name: mode_of(path) for path in folder.iterdir()}


def files_below(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


async def make_store(folder: Path) -> None:
    """Leaves a store with one user behind."""
    async with open_store(address_of_file(folder)) as store, store.changing(ACTOR) as change:
        await change.users.create(User("alice"))


async def read_users(folder: Path) -> list[str]:
    async with open_store(address_of_file(folder)) as store, store.reading() as reading:
        return [record.value.name for record in await reading.users.page(Page())]


@contextmanager
def connected(folder: Path) -> Iterator[sqlite3.Connection]:
    """Gives a connection that another process might have."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        yield connection


async def test_files_are_for_the_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "some" / "where"
    async with open_store(address_of_file(folder)) as store:
        async with store.changing(ACTOR) as change:
            await change.users.create(User("alice"))
        assert mode_of(folder) == 0o700
        assert modes_in(folder) == dict.fromkeys((FILE, f"{FILE}-wal", f"{FILE}-shm"), OWNER_ONLY)


async def test_a_directory_that_is_there_already_is_left_as_it_is(tmp_path: Path) -> None:
    let_all_enter(tmp_path)
    await make_store(tmp_path)
    assert mode_of(tmp_path) == 0o755
    assert mode_of(tmp_path / FILE) == OWNER_ONLY


@pytest.mark.parametrize("name", ["with space", "ü", "what?a=b", "50%25", "a#b", ":memory:"])
async def test_a_path_may_hold_any_letter(tmp_path: Path, name: str) -> None:
    await make_store(tmp_path / name)
    assert (name, FILE) in {path.relative_to(tmp_path).parts for path in files_below(tmp_path)}
    assert await read_users(tmp_path / name) == ["alice"]


async def test_the_database_is_written_ahead(tmp_path: Path) -> None:
    await make_store(tmp_path)
    with connected(tmp_path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


async def test_connections_write_to_the_disk_and_heed_foreign_keys(tmp_path: Path) -> None:
    engines = open_sqlite(tmp_path / FILE)
    async with engines.writing.connect() as connection:
        for pragma, expected in (("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)):
            assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar() == expected
    await engines.close()


async def test_a_reading_connection_cannot_write(tmp_path: Path) -> None:
    engines = open_sqlite(tmp_path / FILE)
    await create_if_empty(engines)
    async with engines.reading.connect() as connection:
        with pytest.raises(Exception, match="readonly"):
            await connection.exec_driver_sql("DELETE FROM users")
    await engines.close()


async def test_a_database_that_another_process_keeps_locked_is_unavailable(tmp_path: Path) -> None:
    await make_store(tmp_path)
    store = SqlStore(open_sqlite(tmp_path / FILE, lock_timeout=0.05))

    async def change_something() -> None:
        async with store.changing(ACTOR):
            pass

    with connected(tmp_path) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="another process keeps the database locked"):
            await change_something()
        async with store.reading() as reading:
            assert len(await reading.users.page(Page())) == 1
    await change_something()
    await store.close()


async def test_a_change_waits_for_another_process(tmp_path: Path) -> None:
    await make_store(tmp_path)
    async with open_store(address_of_file(tmp_path)) as store:
        with connected(tmp_path) as writer:
            writer.execute("BEGIN IMMEDIATE")
            waiting = asyncio.create_task(add_bob(store))
            await asyncio.sleep(0)
            writer.execute("COMMIT")
            await waiting
    assert await read_users(tmp_path) == ["alice", "bob"]


async def add_bob(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User("bob"))


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database " * 1000)
    with pytest.raises(StorageError, match="damaged or no database"):
        await read_users(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"no database " * 1000


async def test_a_database_that_lost_its_end_is_refused(tmp_path: Path) -> None:
    await make_store(tmp_path)
    whole = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StorageError, match="damaged or no database"):
        await read_users(tmp_path)


async def test_a_database_that_lost_a_table_is_refused_in_a_sentence(tmp_path: Path) -> None:
    await make_store(tmp_path)
    with connected(tmp_path) as connection:
        connection.execute("DROP TABLE users")
    with pytest.raises(StorageError, match="the database refuses: no such table: users"):
        await read_users(tmp_path)


async def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    for folder in (tmp_path / "data", tmp_path / "data" / "below"):
        with pytest.raises(StorageError, match=f"cannot use the data directory {folder}: "):
            await read_users(folder)


async def test_a_directory_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StorageError, match=f"cannot use the data directory {tmp_path}: Is a directory"):
        await read_users(tmp_path)
