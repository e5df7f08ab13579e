"""Which keys the request path knows."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway_core.identity.known_keys import known_keys
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR, MOMENT
from tests.fakes.temporary_store import temporary_store

KEY = StoredApiKey("usr_1", "laptop", "…1234")
MANY = 1003


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives a store with one user."""
    async with temporary_store() as (opened, _):
        async with opened.changing(ACTOR) as change:
            await change.users.create(User("alice"), uid="usr_1")
        yield opened


async def add(store: Store, name: str, key: StoredApiKey) -> None:
    async with store.changing(ACTOR) as change:
        made = await change.api_keys.create(key, uid=name)
        await change.key_hashes.add(made.uid, name.encode(), "p")


async def known(store: Store) -> set[str]:
    async with store.reading() as reading:
        return {key.id for key in (await known_keys(reading, MOMENT)).values()}


async def test_a_good_key_is_known_by_its_hash(store: Store) -> None:
    await add(store, "key_1", KEY)
    async with store.reading() as reading:
        (key,) = (await known_keys(reading, MOMENT)).values()
        assert list(await known_keys(reading, MOMENT)) == [b"key_1"]
        assert key.created_at == (await reading.api_keys.get("key_1")).created_at
    assert (key.id, key.account_id, key.name, key.hint) == ("key_1", "usr_1", "laptop", "…1234")


async def test_keys_that_are_revoked_expired_deleted_or_without_hash_are_not(store: Store) -> None:
    await add(store, "key_revoked", replace(KEY, revoked_at=MOMENT + timedelta(days=1)))
    await add(store, "key_expired", replace(KEY, expires_at=MOMENT))
    await add(store, "key_expiring", replace(KEY, expires_at=MOMENT + timedelta(microseconds=1)))
    await add(store, "key_deleted", KEY)
    async with store.changing(ACTOR) as change:
        await change.api_keys.delete("key_deleted")
        await change.api_keys.create(KEY, uid="key_without")
    assert await known(store) == {"key_expiring"}


async def test_keys_of_suspended_and_deleted_users_are_not(store: Store) -> None:
    await add(store, "key_1", KEY)
    async with store.changing(ACTOR) as change:
        await change.users.update("usr_1", User("alice", status="suspended"))
    assert await known(store) == set()
    async with store.changing(ACTOR) as change:
        await change.users.update("usr_1", User("alice"))
    assert await known(store) == {"key_1"}
    async with store.changing(ACTOR) as change:
        await change.users.delete("usr_1")
    assert await known(store) == set()


async def test_more_keys_than_are_read_at_once_are_all_known(store: Store) -> None:
    async with store.changing(ACTOR) as change:
        for number in range(MANY):
            made = await change.api_keys.create(KEY)
            await change.key_hashes.add(made.uid, str(number).encode(), "p")
    assert len(await known(store)) == MANY
