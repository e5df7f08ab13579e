"""Records are found by what people call them and by their uids, deleted ones where that is asked for."""

from collections.abc import AsyncIterator

import pytest

from admin.conduct import filters
from admin.conduct.finding import find, list_page, seek
from gateway_core.errors import InvalidRequest, ResourceNotFound
from gateway_core.records.user import User
from gateway_core.storage.query import Where
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1.user_service_pb2 import ListUsersRequest

FIELDS = {"id": filters.text("name"), "disabled": filters.truth("disabled")}


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


async def add(store: Store, name: str, *, deleted: bool = False) -> str:
    """Makes a user, and gives its uid."""
    async with store.changing(ACTOR) as change:
        user = await change.users.create(User(name))
        if deleted:
            await change.users.delete(user.uid)
    return user.uid


async def sought(store: Store, given: str, *where: Where, deleted: bool = False) -> str | None:
    """Gives the uid of what is found."""
    async with store.reading() as reading:
        found = await seek(reading.users, given, *where, deleted=deleted)
    return None if found is None else found.uid


async def test_a_record_is_found_by_name_and_by_uid(store: Store) -> None:
    uid = await add(store, "alice")
    assert await sought(store, "alice") == uid
    assert await sought(store, uid) == uid
    assert await sought(store, "bob") is None
    assert await sought(store, uid.upper()) is None
    assert await sought(store, "usr_" + "0" * 26) is None


async def test_a_deleted_record_is_found_only_where_that_is_asked_for(store: Store) -> None:
    uid = await add(store, "alice", deleted=True)
    assert await sought(store, "alice") is None
    assert await sought(store, uid) is None
    assert await sought(store, "alice", deleted=True) == uid
    assert await sought(store, uid, deleted=True) == uid


async def test_a_live_record_comes_before_deleted_ones_of_its_name(store: Store) -> None:
    before = await add(store, "alice", deleted=True)
    live = await add(store, "alice")
    assert await sought(store, "alice", deleted=True) == live
    assert await sought(store, before, deleted=True) == before


async def test_of_several_deleted_records_the_last_is_found(store: Store) -> None:
    uids = [await add(store, "alice", deleted=True) for _ in range(3)]
    assert await sought(store, "alice", deleted=True) == max(uids)


async def test_a_name_that_looks_like_a_uid_is_a_name_all_the_same(store: Store) -> None:
    name = "usr_" + "a" * 26
    uid = await add(store, name)
    assert await sought(store, name) == uid


async def test_further_conditions_hold_too(store: Store) -> None:
    uid = await add(store, "alice")
    assert await sought(store, "alice", Where("disabled", "=", value=False)) == uid
    assert await sought(store, uid, Where("disabled", "=", value=True)) is None


async def test_who_looks_for_what_is_not_there_hears_its_name(store: Store) -> None:
    uid = await add(store, "alice")
    async with store.reading() as reading:
        assert (await find(reading.users, "users/alice", "alice")).uid == uid
        with pytest.raises(ResourceNotFound, match="there is no users/bob") as refused:
            await find(reading.users, "users/bob", "bob")
    assert refused.value.facts == {"resource": "users/bob"}


async def test_a_list_goes_on_page_by_page_until_the_end(store: Store) -> None:
    uids = [await add(store, f"user-{at}") for at in range(5)]
    seen: list[str] = []
    token = ""
    async with store.reading() as reading:
        for size in (2, 2, 2):
            request = ListUsersRequest(page_size=size, page_token=token)
            cut = await list_page(reading.users, request, FIELDS)
            seen.extend(user.uid for user in cut.page)
            token = cut.next_token
    assert seen == sorted(uids)
    assert token == ""


async def test_a_list_is_filtered_and_leaves_out_deleted_records(store: Store) -> None:
    await add(store, "team-a", deleted=True)
    await add(store, "bob")
    await add(store, "team-b")
    async with store.reading() as reading:
        request = ListUsersRequest(filter='id = "team-*"')
        live = await list_page(reading.users, request, FIELDS)
        every = await list_page(reading.users, request, FIELDS, deleted=True)
        limited = await list_page(reading.users, request, FIELDS, where=(Where("name", "=", "bob"),))
    assert [user.value.name for user in live.page] == ["team-b"]
    assert {user.value.name for user in every.page} == {"team-a", "team-b"}
    assert limited.page == []


@pytest.mark.parametrize(
    ("changed", "deleted", "parent"),
    [
        (ListUsersRequest(filter="disabled = false"), False, ""),
        (ListUsersRequest(), True, ""),
        (ListUsersRequest(), False, "users/a"),
    ],
)
async def test_the_next_page_is_one_of_the_same_list(
    store: Store, changed: ListUsersRequest, parent: str, *, deleted: bool
) -> None:
    await add(store, "a")
    await add(store, "b")
    async with store.reading() as reading:
        first = await list_page(reading.users, ListUsersRequest(page_size=1), FIELDS)
        changed.page_token = first.next_token
        with pytest.raises(InvalidRequest):
            await list_page(reading.users, changed, FIELDS, deleted=deleted, parent=parent)
