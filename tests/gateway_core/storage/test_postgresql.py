"""A PostgreSQL that goes away, comes back, hangs, or hides behind a pooler."""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from gateway_core.records.user import User
from gateway_core.storage.open_database import open_database
from gateway_core.storage.open_store import open_store
from gateway_core.storage.postgresql import open_postgresql
from gateway_core.storage.query import Page
from gateway_core.storage.schema import create_if_empty
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import StoreDown, StoreUnavailable
from tests.fakes.sample_records import ACTOR
from tests.fakes.transaction_pooler import transaction_pooler
from tests.real_stores.fresh_database import execute, fresh_database
from tests.real_stores.postgres_server import PostgresServer, own_server

BOUND = 2.0
SHORT = 0.3
MORE_THAN_THE_POOL = 30


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """Gives a server that may be stopped, if it is started again."""
    with own_server() as running:
        yield running


@pytest.fixture
async def database(server: PostgresServer) -> AsyncIterator[str]:
    """Gives the address of an empty database there."""
    async with fresh_database(server.address()) as address:
        yield address


async def add(store: SqlStore, name: str) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User(name))


async def names(store: SqlStore) -> list[str]:
    async with store.reading() as reading:
        return [record.value.name for record in await reading.users.page(Page())]


async def refused(store: SqlStore) -> None:
    """Finds that everything is refused, each within the bound."""
    for operation in (add(store, "nobody"), names(store), store.note_key_uses({}), store.version(), store.version()):
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await operation
        assert time.monotonic() - started < BOUND


async def test_a_stopped_server_is_unavailable_at_once_and_its_return_is_noticed(
    server: PostgresServer, database: str
) -> None:
    async with open_store(database) as store:
        await add(store, "alice")
        assert await store.version() == 1
        server.stop()
        await refused(store)
        server.start()
        assert await store.version() == 1
        await add(store, "bob")
        assert await names(store) == ["alice", "bob"]
        async with store.reading() as reading:
            assert (await reading.audit.verify()).broken is None


async def test_a_server_that_stops_inside_a_change_and_a_reading_makes_both_unavailable(
    server: PostgresServer, database: str
) -> None:
    async def interrupted(opened: AbstractAsyncContextManager[object]) -> None:
        async with opened as inside:
            server.stop()
            await inside.users.page(Page())  # type: ignore[attr-defined] # both kinds have users

    async with open_store(database) as store:
        for opened in (store.changing(ACTOR), store.reading()):
            with pytest.raises(StoreUnavailable):
                await interrupted(opened)
            server.start()
        await add(store, "alice")


async def test_many_callers_at_once_survive_a_restart(server: PostgresServer, database: str) -> None:
    async with open_store(database) as store:
        await asyncio.gather(*(add(store, f"before {number}") for number in range(20)))
        server.stop()
        results = await asyncio.gather(*(add(store, f"while {n}") for n in range(20)), return_exceptions=True)
        assert all(isinstance(result, StoreUnavailable) for result in results)
        server.start()
        await asyncio.gather(*(add(store, f"after {number}") for number in range(20)))
        assert len(await names(store)) == 40


async def test_connections_that_the_server_closed_are_noticed_before_they_are_used(postgres_database: str) -> None:
    async with open_store(postgres_database) as store:
        await add(store, "alice")
        assert await store.version() == 1
        await execute(
            postgres_database,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        )
        assert await names(store) == ["alice"]
        assert await store.version() == 1


async def test_a_server_that_hangs_is_unavailable_after_the_bound(server: PostgresServer, database: str) -> None:
    engines = open_postgresql(database, connect_timeout=SHORT, command_timeout=SHORT)
    await create_if_empty(engines)
    store = SqlStore(engines)
    assert await store.version() == 0
    server.pause()
    try:
        await refused(store)
    finally:
        server.resume()
    await add(store, "alice")
    assert await store.version() == 1
    await store.close()


async def test_one_connection_that_hangs_fails_one_caller_and_is_replaced(database: str) -> None:
    engines = open_postgresql(database, connect_timeout=SHORT, command_timeout=SHORT)
    await create_if_empty(engines)
    store = SqlStore(engines)
    async with engines.writing.connect() as connection:
        backend = (await connection.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
    os.kill(backend, signal.SIGSTOP)
    try:
        with pytest.raises(StoreUnavailable, match="does not answer in time"):
            await add(store, "alice")
        await asyncio.gather(*(add(store, f"user {number}") for number in range(MORE_THAN_THE_POOL)))
    finally:
        os.kill(backend, signal.SIGCONT)
    await store.close()


async def test_a_turn_that_somebody_else_does_not_end_is_not_waited_for_longer_than_the_bound(
    postgres_database: str,
) -> None:
    store = SqlStore(open_postgresql(postgres_database, command_timeout=SHORT))
    async with open_store(postgres_database) as other:
        async with other.changing(ACTOR):
            with pytest.raises(StoreUnavailable, match="does not answer in time"):
                await add(store, "alice")
            assert await names(store) == []
        await add(store, "bob")
    await store.close()


async def test_writers_who_wait_take_no_connections(postgres_database: str) -> None:
    async with open_store(postgres_database) as store:
        async with store.changing(ACTOR):
            waiting = [asyncio.create_task(add(store, f"user {number}")) for number in range(MORE_THAN_THE_POOL)]
            assert len(await asyncio.gather(*(names(store) for _ in range(MORE_THAN_THE_POOL)))) == MORE_THAN_THE_POOL
        await asyncio.gather(*waiting)
        assert len(await names(store)) == MORE_THAN_THE_POOL


async def test_a_database_that_is_not_there_is_unavailable(postgres: str) -> None:
    nowhere = make_url(postgres).set(database="nowhere").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable, match="turns us away"):
        async with open_store(nowhere):
            pass


async def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreDown, match="no database listens"):
        async with open_store(f"postgresql://weir@/weir?host={tmp_path}"):
            pass


async def test_everything_works_behind_a_pooler_that_changes_connections(database: str) -> None:
    socket_folder = Path(str(make_url(database).query["host"]))
    with tempfile.TemporaryDirectory() as folder:
        address = make_url(database).set(query={"host": folder}).render_as_string()
        async with transaction_pooler(socket_folder, Path(folder)) as pooler:
            async with open_store(address) as store:
                for number in range(10):
                    await add(store, f"user {number}")
                    assert await store.version() == number + 1
                await asyncio.gather(*(names(store) for _ in range(2)))
                assert len(await names(store)) == 10
                async with store.reading() as reading:
                    assert (await reading.audit.verify()).entries == 10
            assert pooler.switches > 10


async def test_the_pooler_breaks_what_relies_on_one_connection(server: PostgresServer) -> None:
    socket_folder = Path(str(make_url(server.address()).query["host"]))
    with tempfile.TemporaryDirectory() as folder:
        async with transaction_pooler(socket_folder, Path(folder)):
            engine = create_async_engine(f"postgresql+asyncpg://weir@/postgres?host={folder}")

            async def ask() -> None:
                async with engine.connect() as connection:
                    for _ in range(3):
                        await connection.exec_driver_sql("SELECT 1")
                        await connection.commit()

            with pytest.raises(DBAPIError, match="prepared statement"):
                await ask()
            await engine.dispose()


async def test_nothing_is_left_prepared_on_the_server(postgres_database: str) -> None:
    engines = open_database(postgres_database)
    await create_if_empty(engines)
    async with engines.reading.connect() as connection:
        prepared = await connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements WHERE name <> ''")
        assert prepared.scalar_one() == 0
    await engines.close()
