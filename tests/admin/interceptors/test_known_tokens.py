"""Who was found good is remembered for a while, unless something about it changes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from admin.interceptors.known_tokens import MEMORY, KnownToken, KnownTokens
from admin.watching.changes import Batch
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store
from tests.fakes.worlds import NOON, HeldClock

TOKEN, KEY = (b"t" * 32, b"older-t"), (b"k" * 32,)
SOON = datetime.fromtimestamp(NOON + 60, UTC)


@dataclass
class World:
    """A store with an admin token and an API key that may read, in a time that stands still."""

    tokens: KnownTokens
    store: Store
    time: HeldClock
    token: str
    key: str


@asynccontextmanager
async def a_world(*, most_remembered: int = 10, expires_at: datetime | None = None) -> AsyncIterator[World]:
    """Makes it."""
    async with temporary_store() as (store, _):
        async with store.changing(ACTOR) as change:
            token = await change.admin_tokens.create(AdminToken("ops", "…", "operator", expires_at))
            await change.key_hashes.add(token.uid, TOKEN[0], "p", hint="…")
            user = await change.users.create(User("alice"))
            key = await change.api_keys.create(StoredApiKey(user.uid, "board", "…", operations=("admin_read",)))
            await change.key_hashes.add(key.uid, KEY[0], "p", hint="…")
        time = HeldClock()
        tokens = KnownTokens(store, time.clock(), most_remembered=most_remembered)
        yield World(tokens, store, time, token.uid, key.uid)


def a_change(kind: str, uid: str, version: int = 2) -> Batch:
    """Makes the news of one change."""
    return Batch([ConfigurationChange(version, 9, kind, uid, "update")], version)


async def test_what_was_looked_up_is_remembered_for_five_minutes() -> None:
    async with a_world() as world:
        assert world.tokens.remember(TOKEN) is None
        found = await world.tokens.look_up(TOKEN)
        assert found == KnownToken("adminTokens/ops", world.token, "operator", None)
        world.time.advance(MEMORY)
        assert world.tokens.remember(TOKEN) == found
        world.time.advance(0.1)
        assert world.tokens.remember(TOKEN) is None


async def test_what_has_expired_meanwhile_is_not_remembered() -> None:
    async with a_world(expires_at=SOON) as world:
        await world.tokens.look_up(TOKEN)
        world.time.advance(59.9)
        assert world.tokens.remember(TOKEN) is not None
        world.time.advance(0.1)
        assert world.tokens.remember(TOKEN) is None
        assert await world.tokens.look_up(TOKEN) is None


@pytest.mark.parametrize(
    ("kind", "whose", "forgotten"),
    [
        ("admin_token", "token", {"token"}),
        ("api_key", "key", {"key"}),
        ("user", "nobody", {"key"}),
        ("model", "token", set()),
        ("admin_token", "nobody", set()),
    ],
)
async def test_a_change_makes_forget(kind: str, whose: str, forgotten: set[str]) -> None:
    async with a_world() as world:
        await world.tokens.look_up(TOKEN)
        await world.tokens.look_up(KEY)
        uids = {"token": world.token, "key": world.key, "nobody": "adm_nobody"}
        world.tokens.heard(a_change(kind, uids[whose]))
        left = {name for name, hashes in (("token", TOKEN), ("key", KEY)) if world.tokens.remember(hashes) is None}
    assert left == forgotten


async def test_what_was_read_before_a_change_that_was_heard_of_is_not_remembered() -> None:
    async with a_world() as world:
        world.tokens.heard(a_change("admin_token", world.token, version=2))
        assert await world.tokens.look_up(TOKEN) is not None
        assert world.tokens.remember(TOKEN) is None


async def test_what_is_no_longer_good_is_forgotten_when_it_is_looked_up() -> None:
    async with a_world() as world:
        known = await world.tokens.look_up(TOKEN)
        assert known is not None
        async with world.store.changing(ACTOR) as change:
            await change.admin_tokens.delete(known.uid)
        assert await world.tokens.look_up(TOKEN) is None
        assert world.tokens.remember(TOKEN) is None


async def test_memory_is_bounded_and_the_oldest_goes() -> None:
    async with a_world(most_remembered=1) as world:
        await world.tokens.look_up(TOKEN)
        await world.tokens.look_up(KEY)
        assert world.tokens.remember(TOKEN) is None
        assert world.tokens.remember(KEY) is not None


def test_a_credential_without_networks_fits_everywhere() -> None:
    anywhere = KnownToken("adminTokens/ops", "adm_1", "operator", None)
    bound = KnownToken("users/a/apiKeys/b", "key_1", "viewer", None, ("192.0.2.0/24", "2001:db8::/32"))
    assert anywhere.fits("local")
    assert [
        bound.fits(address) for address in ("192.0.2.9", "2001:db8::1", "::ffff:192.0.2.9", "10.0.0.1", "local")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]
