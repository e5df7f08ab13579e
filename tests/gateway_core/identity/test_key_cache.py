"""The cache of keys: what it remembers, what it forgets, and what it asks the store."""

import asyncio

import pytest

from gateway_core.errors import ApiKeyInvalid, StoreUnavailable
from gateway_core.identity.api_key_format import make_api_key
from gateway_core.identity.key_cache import MOST_LOOKUPS, MOST_STRANGERS, KeyCache
from gateway_core.identity.peppers import Pepper, Peppers
from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.storage import storage_error
from tests.fakes.eventually import eventually
from tests.fakes.gates import KnownKeys, a_cache
from tests.fakes.worlds import HeldClock, a_key

PLAIN = make_api_key()


def change(version: int, kind: str = "api_key", uid: str = "key_1") -> ConfigurationChange:
    return ConfigurationChange(version, version, kind, uid, "update")


async def test_a_key_is_looked_up_once_and_then_remembered() -> None:
    known = KnownKeys({PLAIN: a_key()})
    cache = a_cache(known)
    assert cache.find(PLAIN) is None
    key = await cache.look_up(PLAIN)
    assert cache.find(PLAIN) is key
    assert (known.asked, cache.misses, cache.hits, len(cache)) == (1, 1, 1, 1)


async def test_a_stampede_of_one_cold_key_is_one_question() -> None:
    known = KnownKeys({PLAIN: a_key()})
    known.open.clear()
    cache = a_cache(known)
    callers = [asyncio.create_task(cache.look_up(PLAIN)) for _ in range(100)]
    await eventually(lambda: known.asked == 1)
    callers.pop().cancel()
    callers.pop(0).cancel()
    await asyncio.sleep(0)
    known.open.set()
    assert len({id(key) for key in await asyncio.gather(*callers)}) == 1
    assert known.asked == 1


async def test_a_stampede_of_strangers_is_one_question_too() -> None:
    known = KnownKeys()
    cache = a_cache(known)
    refused = await asyncio.gather(*(cache.look_up("nobody") for _ in range(50)), return_exceptions=True)
    assert {type(error) for error in refused} == {ApiKeyInvalid}
    assert known.asked == 1


async def test_a_stranger_is_remembered_for_a_while() -> None:
    time, known = HeldClock(), KnownKeys()
    cache = a_cache(known, clock=time.clock())
    for advance, asked in ((0.0, 1), (4.9, 1), (0.2, 2)):
        time.advance(advance)
        with pytest.raises(ApiKeyInvalid):
            await cache.look_up("nobody")
        assert known.asked == asked


@pytest.mark.parametrize(("kind", "forgotten"), [("api_key", True), ("user", True), ("model", False)])
async def test_any_change_of_a_key_or_user_may_make_a_stranger_known(kind: str, forgotten: bool) -> None:  # noqa: FBT001 # a table row
    known = KnownKeys()
    cache = a_cache(known)
    with pytest.raises(ApiKeyInvalid):
        await cache.look_up(PLAIN)
    known.put(PLAIN, a_key())
    cache.invalidate([change(known.version, kind, "whatever")])
    if forgotten:
        assert (await cache.look_up(PLAIN)).id == "key_1"
    else:
        with pytest.raises(ApiKeyInvalid):
            await cache.look_up(PLAIN)


async def test_strangers_are_bounded() -> None:
    known = KnownKeys()
    cache = a_cache(known)
    for number in range(MOST_STRANGERS + 1):
        with pytest.raises(ApiKeyInvalid):
            await cache.look_up(f"nobody-{number}")
    for name, questions in ((f"nobody-{MOST_STRANGERS}", 0), ("nobody-0", 1)):
        asked = known.asked
        with pytest.raises(ApiKeyInvalid):
            await cache.look_up(name)
        assert known.asked - asked == questions


async def test_a_typo_in_a_key_of_ours_asks_nobody() -> None:
    known = KnownKeys()
    with pytest.raises(ApiKeyInvalid, match="typo"):
        await a_cache(known).look_up(PLAIN[:-1] + ("a" if PLAIN[-1] != "a" else "b"))
    assert known.asked == 0


async def test_a_secret_that_operators_made_up_may_look_a_little_like_ours() -> None:
    known = KnownKeys({"gw_live_of_my_own": a_key()})
    assert (await a_cache(known).look_up("gw_live_of_my_own")).id == "key_1"


async def test_only_the_last_used_keys_are_held() -> None:
    plains = ("first", "second", "third")
    known = KnownKeys({plain: a_key(f"key_{plain}") for plain in plains})
    cache = a_cache(known, capacity=2)
    await cache.look_up("first")
    await cache.look_up("second")
    assert cache.find("first") is not None
    await cache.look_up("third")
    assert [cache.find(plain) is not None for plain in plains] == [True, False, True]
    cache.invalidate([change(9, uid="key_second"), change(9, "user", "acme")])
    assert len(cache) == 0


@pytest.mark.parametrize(
    ("kind", "uid", "left"),
    [("api_key", "key_1", 1), ("user", "acme", 0), ("api_key", "key_9", 2), ("model", "key_1", 2)],
)
async def test_a_change_drops_what_it_is_about(kind: str, uid: str, left: int) -> None:
    known = KnownKeys({"first": a_key("key_1"), "second": a_key("key_2")})
    cache = a_cache(known)
    await cache.look_up("first")
    await cache.look_up("second")
    cache.invalidate([change(2, kind, uid)])
    assert len(cache) == left


async def test_every_secret_of_a_key_is_dropped_with_it() -> None:
    cache = a_cache(KnownKeys({"old": a_key(), "new": a_key()}))
    await cache.look_up("old")
    await cache.look_up("new")
    cache.invalidate([change(2)])
    assert (cache.find("old"), cache.find("new")) == (None, None)


async def test_what_was_read_after_a_change_stays() -> None:
    cache = a_cache(KnownKeys({PLAIN: a_key()}, version=5))
    key = await cache.look_up(PLAIN)
    cache.invalidate([change(5)])
    assert cache.find(PLAIN) is key


async def test_an_answer_from_before_a_change_is_given_to_nobody() -> None:
    known = KnownKeys({PLAIN: a_key()})
    known.open.clear()
    cache = a_cache(known)
    caller = asyncio.create_task(cache.look_up(PLAIN))
    await eventually(lambda: known.asked == 1)
    known.put(PLAIN, a_key(state="revoked"))
    cache.invalidate([change(known.version)])
    known.open.set()
    assert (await caller).state == "revoked"
    assert known.asked == 2


async def test_an_answer_from_before_everything_was_forgotten_is_given_to_nobody() -> None:
    known = KnownKeys({PLAIN: a_key()}, version=9)
    known.open.clear()
    cache = a_cache(known)
    caller = asyncio.create_task(cache.look_up(PLAIN))
    await eventually(lambda: known.asked == 1)
    known.keys.clear()
    known.version = 3
    cache.clear(3)
    known.open.set()
    with pytest.raises(ApiKeyInvalid):
        await caller


async def test_a_store_that_lags_for_ever_is_a_store_that_is_away() -> None:
    known = KnownKeys({PLAIN: a_key()}, version=3)
    cache = a_cache(known)
    cache.invalidate([change(4, uid="key_of_somebody")])
    with pytest.raises(StoreUnavailable) as raised:
        await cache.look_up(PLAIN)
    assert raised.value.retry_after == 1.0
    assert (known.asked, len(cache)) == (5, 0)


async def test_while_the_store_is_away_what_is_held_serves_and_nothing_else() -> None:
    known = KnownKeys({PLAIN: a_key(), "another": a_key("key_2")})
    cache = a_cache(known)
    await cache.look_up(PLAIN)
    known.failure = storage_error.StoreUnavailable("the password is hunter2")
    assert cache.find(PLAIN) is not None
    with pytest.raises(StoreUnavailable) as raised:
        await cache.look_up("another")
    assert raised.value.retry_after == 1.0
    assert "hunter2" not in raised.value.message
    known.failure = None
    assert (await cache.look_up("another")).id == "key_2"


async def test_a_store_that_hangs_keeps_no_caller_waiting_for_long() -> None:
    known = KnownKeys({PLAIN: a_key()})
    known.open.clear()
    cache = a_cache(known, patience=0.01)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            await cache.look_up(PLAIN)
    assert known.asked == 1
    known.open.set()
    await eventually(lambda: cache.find(PLAIN) is not None)


async def test_questions_to_a_store_that_hangs_are_bounded() -> None:
    known = KnownKeys()
    known.open.clear()
    cache = a_cache(known)
    callers = [asyncio.create_task(cache.look_up(f"stranger-{number}")) for number in range(MOST_LOOKUPS)]
    await eventually(lambda: known.asked == MOST_LOOKUPS)
    with pytest.raises(StoreUnavailable):
        await cache.look_up("one more")
    for caller in callers:
        caller.cancel()
    await asyncio.wait(callers)
    await cache.close()
    assert known.asked == MOST_LOOKUPS


async def test_a_key_under_an_older_pepper_is_found_and_then_remembered_like_any() -> None:
    old, new = Pepper(b"o" * 32), Pepper(b"n" * 32)
    known = KnownKeys()
    known.keys[old.hash(PLAIN)] = a_key()
    cache = KeyCache(Peppers(new, (old, new)), known.read, capacity=5, clock=HeldClock().clock().monotonic)
    key = await cache.look_up(PLAIN)
    assert cache.find(PLAIN) is key
