"""What the request path learns of a key that lies in the store."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from gateway_core.identity.read_key import read_key
from gateway_core.records.api_key import ApiKey
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR, MOMENT
from tests.fakes.temporary_store import temporary_store

STORED = StoredApiKey("usr_1", "laptop", "…new")
EVERYWHERE = ("0.0.0.0/0", "::/0")


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives a store with a user and a key whose secrets have the hashes `old` and `new`."""
    async with temporary_store() as (opened, _):
        async with opened.changing(ACTOR) as change:
            await change.users.create(User("alice"), uid="usr_1")
            await change.api_keys.create(STORED, uid="key_1")
            await change.key_hashes.add("key_1", b"old", "p", hint="…old", expires_at=MOMENT)
            await change.key_hashes.add("key_1", b"new", "p", hint="…new")
        yield opened


async def found(store: Store, *hashes: bytes) -> ApiKey | None:
    return (await read_key(store, hashes or (b"new",))).key


async def changed(store: Store, **changes: object) -> ApiKey:
    async with store.changing(ACTOR) as change:
        await change.api_keys.update("key_1", replace(STORED, **changes))  # type: ignore[arg-type] # checked by replace
    key = await found(store)
    assert key is not None
    return key


async def test_a_key_is_found_by_any_of_its_hashes(store: Store) -> None:
    key = await found(store, b"other pepper", b"new")
    assert key is not None
    assert (key.id, key.account_id, key.account_name, key.name) == ("key_1", "usr_1", "alice", "laptop")
    assert (key.hint, key.state, key.expires_at, key.secret_expires_at) == ("…new", "active", None, None)
    assert (key.models, key.operations, key.networks) == (None, None, ())


async def test_each_secret_has_its_own_end(store: Store) -> None:
    old = await found(store, b"old")
    assert old is not None
    assert (old.hint, old.secret_expires_at) == ("…old", MOMENT.timestamp())


async def test_the_answer_tells_from_which_configuration_it_is(store: Store) -> None:
    assert (await read_key(store, [b"new"])).version == 1
    await changed(store, disabled=True)
    assert (await read_key(store, [b"nobody's"])).version == 2


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"disabled": True}, "disabled"),
        ({"revoked_at": MOMENT}, "revoked"),
        ({"revoked_at": MOMENT, "disabled": True}, "revoked"),
    ],
)
async def test_a_stopped_key_is_found_and_says_so(store: Store, changes: dict[str, object], state: str) -> None:
    assert (await changed(store, **changes)).state == state


async def test_a_disabled_user_stops_the_key(store: Store) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.update("usr_1", User("alice", disabled=True))
    key = await found(store)
    assert key is not None
    assert key.state == "user_disabled"


async def test_bounds_are_worked_out(store: Store) -> None:
    later = MOMENT + timedelta(days=1)
    bounds = {"models": ("fast", "x*"), "operations": ("chat",), "networks": ("10.0.0.0/8",), "expires_at": later}
    key = await changed(store, **bounds)
    assert key.models is not None
    assert key.models.patterns == ("fast", "x*")
    assert (key.operations, key.networks) == (frozenset(("chat",)), (ip_network("10.0.0.0/8"),))
    assert key.expires_at == later.timestamp()


@pytest.mark.parametrize(("written", "bounded"), [((), 0), (EVERYWHERE, 0), (EVERYWHERE[:1], 1)])
async def test_networks_that_are_everywhere_bound_nothing(store: Store, written: tuple[str, ...], bounded: int) -> None:
    assert len((await changed(store, networks=written)).networks) == bounded


@pytest.mark.parametrize("kind", ["api_key", "user"])
async def test_what_is_deleted_is_nobodys(store: Store, kind: str) -> None:
    async with store.changing(ACTOR) as change:
        if kind == "user":
            await change.users.delete("usr_1")
        else:
            await change.api_keys.delete("key_1")
    assert await found(store) is None
    assert await found(store, b"unheard of") is None
