"""The version of the configuration, and what led from one to the next."""

import asyncio

import pytest

from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.records.price import Price
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.user import User
from gateway_core.storage.open_database import open_database
from gateway_core.storage.open_store import open_store
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import SchemaIncompatible, StorageError
from tests.fakes.sample_records import ACTOR, MOMENT


async def add(store: SqlStore, *names: str) -> None:
    async with store.changing(ACTOR) as change:
        for name in names:
            await change.users.create(User(name), uid=name)


async def since(store: SqlStore, version: int, limit: int = 100) -> list[ConfigurationChange]:
    async with store.reading() as reading:
        return list(await reading.audit.since(version, limit=limit))


async def execute(address: str, statement: str) -> None:
    engines = open_database(address)
    async with engines.writing.begin() as connection:
        await connection.exec_driver_sql(statement)
    await engines.close()


async def test_the_version_is_told_as_soon_as_a_change_is_done_and_waits_for_nobody(
    store: SqlStore, address: str
) -> None:
    assert await store.version() == 0
    async with store.changing(ACTOR) as change, store.reading():
        await change.users.create(User("alice"))
        assert await store.version() == 0
    assert await store.version() == 1
    async with open_store(address) as other:
        await add(other, "bob", "eve")
    assert await store.version() == 2


async def test_the_version_may_be_asked_for_by_many_at_once_some_of_whom_leave(store: SqlStore) -> None:
    await add(store, "alice")
    tasks = [asyncio.create_task(store.version()) for _ in range(50)]
    for number, task in enumerate(tasks):
        if number % 3 == 0:
            await asyncio.wait({task}, timeout=0.0001 * number)
            task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {result for result in results if not isinstance(result, asyncio.CancelledError)} == {1}
    assert await store.version() == 1


async def test_a_database_without_a_version_says_what_to_do(store: SqlStore, address: str) -> None:
    await execute(address, "DELETE FROM gateway_state")
    with pytest.raises(SchemaIncompatible, match="never made ready"):
        await store.version()
    await execute(address, "INSERT INTO gateway_state VALUES (1, 7, 0, '')")
    assert await store.version() == 7
    await execute(address, "DROP TABLE gateway_state")
    with pytest.raises(StorageError, match="gateway_state"):
        await store.version()


async def test_what_led_to_the_newest_configuration_is_told_the_oldest_first(store: SqlStore) -> None:
    await add(store, "alice", "bob")
    async with store.changing(ACTOR) as change:
        await change.users.update("bob", User("bob", disabled=True), action="stop")
        row = await change.prices.append("openai", "gpt", Price(1, 2), effective_from=MOMENT)
    async with store.changing(ACTOR) as change:
        await change.secrets.put(SealedSecret("crd_1", "provider-key", "k", b"w", b"c"))
        await change.users.delete("alice")
    steps = [
        ConfigurationChange(1, 1, "user", "alice", "create"),
        ConfigurationChange(1, 2, "user", "bob", "create"),
        ConfigurationChange(2, 3, "user", "bob", "stop"),
        ConfigurationChange(2, 4, "price", row.uid, "create"),
        ConfigurationChange(3, 5, "secret", "crd_1", "create"),
        ConfigurationChange(3, 6, "user", "alice", "delete"),
    ]
    assert await since(store, 0) == steps
    assert await since(store, 1) == steps[2:]
    assert await since(store, 3) == []
    assert await since(store, 99) == []
    assert await since(store, 0, limit=3) == steps[:3]


async def test_a_note_bears_the_version_before_it_and_is_not_news_to_who_has_that(store: SqlStore) -> None:
    await add(store, "alice")
    async with store.changing(ACTOR) as change:
        await change.audit.note("rewrap", "secret", "key-1")
    assert await store.version() == 1
    assert await since(store, 1) == []
    assert [change.action for change in await since(store, 0)] == ["create", "rewrap"]
