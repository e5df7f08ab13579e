"""A request that comes twice creates once."""

import asyncio
from datetime import timedelta

import pytest

from gateway_core.records.audit_entry import Actor
from gateway_core.records.setting import Setting
from gateway_core.records.user import User
from gateway_core.storage.query import CreateRequest, Page
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import AlreadyThere, RequestReused
from tests.fakes.sample_records import ACTOR

REQUEST = CreateRequest("r-1", b"alice")


async def test_the_same_request_gives_what_it_made_before(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        assert await change.users.created_by(REQUEST) is None
        made = await change.users.create(User("alice"), request=REQUEST)
    async with store.changing(ACTOR) as change:
        assert await change.users.created_by(REQUEST) == made
        assert await change.users.create(User("alice"), request=REQUEST) == made
        assert len(await change.users.page(Page())) == 1
    async with store.reading() as reading:
        assert reading.version == 1


async def test_the_same_request_gives_the_record_as_it_is_now_even_deleted(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"), request=REQUEST)
        deleted = await change.users.delete(made.uid)
        assert await change.users.create(User("alice"), request=REQUEST) == deleted


async def test_the_same_id_with_other_content_is_refused(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User("alice"), request=REQUEST)
        with pytest.raises(RequestReused, match="r-1"):
            await change.users.create(User("bob"), request=CreateRequest("r-1", b"bob"))


async def test_other_actors_and_other_kinds_have_ids_of_their_own(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User("alice"), request=REQUEST)
        await change.settings.create(Setting("alice", "1"), request=REQUEST)
    async with store.changing(Actor("eve", uid="adm_2")) as change:
        made = await change.users.create(User("bob"), request=REQUEST)
        assert made.value.name == "bob"


async def test_a_request_that_comes_many_times_at_once_creates_once(store: SqlStore) -> None:
    async def create() -> str:
        async with store.changing(ACTOR) as change:
            return (await change.users.create(User("alice"), request=REQUEST)).uid

    assert len(set(await asyncio.gather(*(create() for _ in range(20))))) == 1
    async with store.reading() as reading:
        assert (reading.version, len(await reading.audit.page())) == (1, 1)


async def test_a_request_that_changes_a_record_is_remembered_too(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"))
        updated = await change.users.update(made.uid, User("alice", balance_nano=5), action="adjust")
        await change.users.remember(REQUEST, made.uid)
    async with store.changing(ACTOR) as change:
        assert await change.users.created_by(REQUEST) == updated
        with pytest.raises(RequestReused):
            await change.users.created_by(CreateRequest(REQUEST.id, b"another amount"))
    with pytest.raises(AlreadyThere, match="such a request: r-1"):
        async with store.changing(ACTOR) as change:
            await change.users.remember(REQUEST, made.uid)


async def test_a_request_may_be_remembered_with_an_answer_of_any_length(store: SqlStore) -> None:
    answer = '{"text": "ü☃"}' * 10_000
    async with store.changing(ACTOR) as change:
        assert await change.requests.result_of("config", REQUEST) is None
        await change.requests.remember("config", REQUEST, answer)
    async with store.changing(ACTOR) as change:
        assert await change.requests.result_of("config", REQUEST) == answer
        assert await change.requests.result_of("price", REQUEST) is None
        with pytest.raises(RequestReused):
            await change.requests.result_of("config", CreateRequest(REQUEST.id, b"bob"))
        at = change.now
    assert await store.version() == 0
    await store.forget_requests(at + timedelta(microseconds=1))
    async with store.changing(ACTOR) as change:
        assert await change.requests.result_of("config", REQUEST) is None


async def test_a_request_whose_change_failed_may_come_again(store: SqlStore) -> None:
    async def fail() -> None:
        async with store.changing(ACTOR) as change:
            await change.users.create(User("alice"), request=REQUEST)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    async with store.changing(ACTOR) as change:
        assert await change.users.created_by(REQUEST) is None


async def test_a_request_that_was_forgotten_creates_again(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.users.create(User("alice"), request=REQUEST)
    await store.forget_requests(made.created_at)
    async with store.changing(ACTOR) as change:
        assert await change.users.created_by(REQUEST) == made
    await store.forget_requests(made.created_at + timedelta(microseconds=1))
    async with store.changing(ACTOR) as change:
        assert await change.users.created_by(REQUEST) is None
