"""Lists: each record once, whatever happens meanwhile, and only those that were asked for."""

import pytest

from gateway_core.records.user import User
from gateway_core.storage.query import Comparison, Page, Where
from gateway_core.storage.sql_store import SqlStore
from tests.fakes.sample_records import ACTOR

USERS = (
    User("alice", "Alice", balance_nano=5),
    User("Al", disabled=True, balance_nano=10),
    User("a%", "percent"),
    User("bob", balance_nano=0),
)
CONDITIONS: list[tuple[str, Comparison, object, set[str]]] = [
    ("name", "=", "alice", {"alice"}),
    ("name", "!=", "alice", {"Al", "a%", "bob"}),
    ("name", "prefix", "al", {"alice"}),
    ("name", "prefix", "a", {"alice", "a%"}),
    ("name", "prefix", "a%", {"a%"}),
    ("name", "prefix", "", {"alice", "Al", "a%", "bob"}),
    ("name", "in", ["bob", "Al", "nobody"], {"bob", "Al"}),
    ("name", "in", [], set()),
    ("disabled", "=", True, {"Al"}),
    ("disabled", "=", False, {"alice", "a%", "bob"}),
    ("disabled", "!=", True, {"alice", "a%", "bob"}),
    ("balance_nano", "=", None, {"a%"}),
    ("balance_nano", "!=", None, {"alice", "Al", "bob"}),
    ("balance_nano", "!=", 5, {"Al", "a%", "bob"}),
    ("balance_nano", "<", 5, {"bob"}),
    ("balance_nano", "<=", 5, {"bob", "alice"}),
    ("balance_nano", ">", 5, {"Al"}),
    ("balance_nano", ">=", 5, {"Al", "alice"}),
]


async def make(store: SqlStore, *users: User) -> list[str]:
    """Makes users in changes of their own, and gives their uids."""
    uids = []
    for user in users:
        async with store.changing(ACTOR) as change:
            uids.append((await change.users.create(user)).uid)
    return uids


async def test_who_goes_on_after_the_last_one_sees_each_record_once(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = [(await change.users.create(User(f"user {number}"))).uid for number in range(25)]
    seen: list[str] = []
    after = ""
    for turn in range(5):
        async with store.reading() as reading:
            page = await reading.users.page(Page(after=after, limit=7))
        seen += [record.uid for record in page]
        if not page:
            break
        after = page[-1].uid
        async with store.changing(ACTOR) as change:
            await change.users.create(User(f"late {turn}"), uid=f"usr_0{turn}")
            await change.users.delete(seen[0] if turn == 0 else seen[turn])
    assert [uid for uid in seen if uid in made] == sorted(made)
    assert len(seen) == len(set(seen))


async def test_records_are_listed_in_the_order_they_were_made(store: SqlStore) -> None:
    made = await make(store, *(User(f"user {number}") for number in range(4)))
    async with store.reading() as reading:
        assert [record.uid for record in await reading.users.page(Page())] == made


async def test_uids_are_ordered_by_their_bytes(store: SqlStore) -> None:
    uids = ["a", "B", "_", "0", "aa", "A", "é", "z", "a-b", "a_b", "ab"]
    async with store.changing(ACTOR) as change:
        for uid in uids:
            await change.users.create(User(uid), uid=uid)
    async with store.reading() as reading:
        assert [record.uid for record in await reading.users.page(Page())] == sorted(uids, key=str.encode)


@pytest.mark.parametrize(("field", "comparison", "value", "expected"), CONDITIONS)
async def test_a_condition_finds_the_same_in_every_database(
    store: SqlStore, field: str, comparison: Comparison, value: object, expected: set[str]
) -> None:
    async with store.changing(ACTOR) as change:
        for user in USERS:
            await change.users.create(user)
    async with store.reading() as reading:
        found = await reading.users.page(Page(where=(Where(field, comparison, value),)))
    assert {record.value.name for record in found} == expected


async def test_conditions_hold_all_at_once_and_moments_compare(store: SqlStore) -> None:
    first, second = await make(store, User("alice"), User("bob"))
    async with store.reading() as reading:
        moment = (await reading.users.get(second)).created_at
        earlier = await reading.users.page(Page(where=(Where("created_at", "<", moment),)))
        both = (Where("created_at", "<=", moment), Where("name", "=", "bob"))
        assert [record.uid for record in earlier] == [first]
        assert [record.uid for record in await reading.users.page(Page(where=both))] == [second]
        found = await reading.users.find(*both)
        assert found is not None
        assert found.uid == second


async def test_a_field_that_no_record_has_is_a_mistake_of_the_caller(store: SqlStore) -> None:
    async with store.reading() as reading:
        with pytest.raises(KeyError):
            await reading.users.find(Where("password", "=", "x"))
