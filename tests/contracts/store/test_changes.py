"""Changes happen whole and one after the other, and readers see a state that holds still."""

import asyncio

import pytest

from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.user import User
from gateway_core.storage.open_store import open_store
from gateway_core.storage.query import Page
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import AlreadyThere, RevisionConflict
from tests.fakes.sample_records import ACTOR

WRITERS = 200


async def names(store: SqlStore) -> list[str]:
    async with store.reading() as reading:
        return [record.value.name for record in await reading.users.page(Page())]


async def test_the_version_grows_by_one_with_each_change_however_much_it_does(store: SqlStore) -> None:
    async with store.reading() as reading:
        assert reading.version == 0
    async with store.changing(ACTOR) as change:
        assert change.version == 0
        await change.users.create(User("alice"))
        await change.users.create(User("bob"))
    async with store.changing(ACTOR) as change:
        assert change.version == 1
        await change.secrets.put(SealedSecret("o", "canary", "k", b"w", b"c"))
    async with store.reading() as reading:
        assert reading.version == 2
        assert [entry.version for entry in await reading.audit.page()] == [2, 1, 1]


async def test_a_change_that_changes_nothing_leaves_no_trace(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.page(Page())
        await change.secrets.remove("nobody")
    async with store.reading() as reading:
        assert (reading.version, await reading.audit.page()) == (0, [])


async def test_a_change_that_fails_half_way_leaves_nothing_behind(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.changing(ACTOR) as change:
            await change.users.create(User("alice"))
            raise OSError("no randomness")

    with pytest.raises(OSError, match="no randomness"):
        await fail()
    assert await names(store) == []
    async with store.reading() as reading:
        assert (reading.version, await reading.audit.page()) == (0, [])


async def test_an_error_of_the_store_inside_a_change_undoes_all_of_it(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.changing(ACTOR) as change:
            await change.users.create(User("bob"))
            await change.users.create(User("bob"))

    with pytest.raises(AlreadyThere):
        await fail()
    assert await names(store) == []


async def test_who_is_cancelled_leaves_nothing_behind_and_blocks_nobody(store: SqlStore) -> None:
    inside = asyncio.Event()

    async def linger() -> None:
        async with store.changing(ACTOR) as change:
            await change.users.create(User("alice"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(linger())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), store.changing(ACTOR) as change:
        await change.users.create(User("bob"))
    assert await names(store) == ["bob"]


async def test_who_is_cancelled_while_waiting_for_a_turn_blocks_nobody(store: SqlStore) -> None:
    async def change_something(number: int) -> None:
        async with store.changing(ACTOR) as change:
            await change.users.create(User(f"user {number}"))

    async with store.changing(ACTOR) as change:
        tasks = [asyncio.create_task(change_something(number)) for number in range(20)]
        await asyncio.sleep(0)
        for task in tasks[:10]:
            task.cancel()
        await change.users.create(User("first"))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(result, asyncio.CancelledError) for result in results] == [True] * 10 + [False] * 10
    assert set(await names(store)) == {"first", *(f"user {number}" for number in range(10, 20))}


async def test_changes_come_in_the_order_they_were_asked_for(store: SqlStore) -> None:
    done: list[int] = []

    async def change_something(number: int) -> None:
        async with store.changing(ACTOR):
            done.append(number)

    async with store.changing(ACTOR):
        tasks = [asyncio.create_task(change_something(number)) for number in range(20)]
        await asyncio.sleep(0)
    await asyncio.gather(*tasks)
    assert done == list(range(20))


async def test_everything_in_a_change_happens_at_one_moment(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        await change.key_hashes.add("key_1", b"hash", "p", hint="…")
        assert made.created_at == change.now
    async with store.reading() as reading:
        assert (await reading.audit.page())[0].at == change.now
        assert (await reading.key_hashes.of(["key_1"]))["key_1"][0].created_at == change.now


async def test_who_is_cancelled_at_any_moment_blocks_nobody(store: SqlStore) -> None:
    async def change_something(number: int) -> None:
        async with store.changing(ACTOR) as change:
            await change.users.create(User(f"user {number}"))

    for number in range(40):
        task = asyncio.create_task(change_something(number))
        await asyncio.wait({task}, timeout=0.0002 * number)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(10), store.changing(ACTOR) as change:
        await change.users.create(User("last"))
    async with store.reading() as reading:
        assert (await reading.audit.verify()).broken is None


async def test_readers_see_nothing_of_a_change_before_it_is_done_and_wait_for_nobody(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User("alice"))
        assert await names(store) == []
    assert await names(store) == ["alice"]


async def test_a_reading_holds_still_while_others_change(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        alice = await change.users.create(User("alice"))
    async with store.reading() as reading:
        async with store.changing(ACTOR) as change:
            await change.users.update(alice.uid, User("alice", "changed"))
            await change.users.create(User("bob"))
        assert await reading.users.get(alice.uid) == alice
        assert [record.value.name for record in await reading.users.page(Page())] == ["alice"]
        assert (await reading.audit.verify()).entries == 1
    assert await names(store) == ["alice", "bob"]


async def test_a_change_sees_what_it_did_itself(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        updated = await change.users.update(made.uid, User("alice", "Alice"))
        assert await change.users.get(made.uid) == updated


@pytest.mark.timeout(120)
@pytest.mark.parametrize("stores", [1, 2])
async def test_of_many_writers_on_one_record_no_update_is_lost(store: SqlStore, address: str, stores: int) -> None:
    async with store.changing(ACTOR) as change:
        uid = (await change.users.create(User("alice", balance_nano=0))).uid

    async def add_one(writer: SqlStore) -> None:
        async with writer.changing(ACTOR) as change:
            balance = (await change.users.get(uid)).value.balance_nano or 0
            await change.users.update(uid, User("alice", balance_nano=balance + 1))

    async with open_store(address) as other:
        writers = (store, other)[:stores]
        await asyncio.gather(*(add_one(writers[number % stores]) for number in range(WRITERS)))
    async with store.reading() as reading:
        record = await reading.users.get(uid)
        assert (record.value.balance_nano, record.revision, reading.version) == (WRITERS, WRITERS + 1, WRITERS + 1)
        verdict = await reading.audit.verify()
        assert (verdict.entries, verdict.broken) == (WRITERS + 1, None)


@pytest.mark.timeout(120)
async def test_of_many_writers_for_the_same_revision_one_wins(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        uid = (await change.users.create(User("alice"))).uid

    async def rename(number: int) -> None:
        async with store.changing(ACTOR) as change:
            await change.users.update(uid, User("alice", f"writer {number}"), expected=1)

    results = await asyncio.gather(*(rename(number) for number in range(WRITERS)), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results if result is not None) == [RevisionConflict.__name__] * (
        WRITERS - 1
    )
    async with store.reading() as reading:
        assert (await reading.users.get(uid)).revision == 2
