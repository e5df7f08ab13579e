"""What one watcher is told, what waits for it, and when its credential no longer does."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from admin.conduct.administrator import Administrator
from admin.watching.changes import Batch
from admin.watching.watch import MOST_WAITING, Watch
from gateway_core.errors import AdminTokenInvalid, Draining
from gateway_core.records.configuration_change import ConfigurationChange
from tests.fakes.worlds import NOON

TOKEN = Administrator("adminTokens/core", "adm_1", "operator", "192.0.2.1", datetime.fromtimestamp(NOON + 10, UTC))
KEY = Administrator("users/alice/apiKeys/board", "key_1", "viewer")


def watch(who: Administrator = TOKEN, told: int = 5) -> Watch:
    return Watch("core-1", "1.0", who, told, NOON)


def change(version: int, kind: str = "model", uid: str = "mdl_1") -> ConfigurationChange:
    return ConfigurationChange(version, version * 10, kind, uid, "update")


def batch(*versions: int) -> Batch:
    return Batch([change(version) for version in versions], versions[-1])


def told(taken: Batch | None) -> tuple[list[int], int] | None:
    return None if taken is None else ([one.version for one in taken.changes], taken.reaches)


def test_what_is_offered_is_taken_in_order() -> None:
    one = watch()
    one.offer(batch(6))
    one.offer(batch(7, 8))
    assert one.has_news
    assert [told(one.take()), told(one.take()), told(one.take())] == [([6], 6), ([7, 8], 8), None]
    assert one.told == 8
    assert not one.has_news


def test_what_is_known_already_is_not_told_again() -> None:
    one = watch(told=7)
    one.offer(batch(6, 7, 8))
    assert told(one.take()) == ([8], 8)
    one.offer(batch(6))
    assert told(one.take()) == ([], 8)


def test_a_watcher_that_does_not_keep_up_falls_behind_and_holds_nothing() -> None:
    one = watch()
    one.offer(batch(6))
    one.offer(Batch([change(7)] * MOST_WAITING, 7))
    assert one.behind
    assert one.told == 5
    assert one.take() is None
    one.offer(batch(8))
    assert one.take() is None


def test_exactly_what_may_wait_waits() -> None:
    one = watch()
    one.offer(Batch([change(6)] * MOST_WAITING, 6))
    assert not one.behind
    one.take()
    one.offer(Batch([change(7)] * MOST_WAITING, 7))
    assert not one.behind


async def test_an_offer_ends_the_waiting_and_so_does_being_woken() -> None:
    one = watch()
    happenings: list[Callable[[], None]] = [lambda: one.offer(batch(6)), one.wake, lambda: one.fall_behind(3)]
    for happen in happenings:
        waiting = asyncio.ensure_future(one.wait(60))
        await asyncio.sleep(0)
        happen()
        await asyncio.wait_for(waiting, 5)


async def test_waiting_has_a_limit() -> None:
    await asyncio.wait_for(watch().wait(0.01), 5)


def test_a_credential_is_good_until_it_expires() -> None:
    one = watch()
    one.require_good(NOON + 9.9)
    with pytest.raises(AdminTokenInvalid):
        one.require_good(NOON + 10)
    watch(KEY).require_good(NOON + 10**9)


@pytest.mark.parametrize(
    ("who", "what", "error"),
    [
        (TOKEN, change(6, "admin_token", "adm_1"), AdminTokenInvalid),
        (TOKEN, change(6, "admin_token", "adm_2"), None),
        (TOKEN, change(6, "user", "usr_1"), None),
        (KEY, change(6, "api_key", "key_1"), Draining),
        (KEY, change(6, "api_key", "key_2"), None),
        (KEY, change(6, "user", "usr_1"), Draining),
        (KEY, change(6, "model", "key_1"), None),
    ],
)
def test_a_change_of_the_credential_ends_the_stream(
    who: Administrator, what: ConfigurationChange, error: type[Exception] | None
) -> None:
    for behind in (False, True):
        one = watch(who)
        if behind:
            one.fall_behind(5)
        one.offer(Batch([what], 6))
        one.offer(batch(7))
        if error is None:
            one.require_good(NOON)
        else:
            with pytest.raises(error):
                one.require_good(NOON)
