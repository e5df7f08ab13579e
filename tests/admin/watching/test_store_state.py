"""What is known of the database between one look and the next."""

import pytest

from admin.watching.store_state import LONGEST_SILENCE, SLOW, StoreWatch
from tests.fakes.worlds import NOON, HeldClock


def watch(time: HeldClock) -> StoreWatch:
    return StoreWatch(time.clock())


def reachable(store: StoreWatch) -> bool:
    """Asks anew."""
    return store.reachable


def test_before_the_first_look_nothing_is_known_to_answer() -> None:
    store = watch(HeldClock())
    assert not store.reachable
    assert store.describe().state == "down"


def test_an_answer_makes_it_healthy_and_says_how_long_it_took() -> None:
    time = HeldClock()
    store = watch(time)
    answered = store.look()
    time.advance(0.25)
    answered()
    state = store.describe()
    assert (state.state, state.message) == ("healthy", "")
    assert state.latency == pytest.approx(0.25)
    assert state.checked_at == (NOON * 10 + 2) * 10**8 + 50_000_000


def test_a_slow_answer_makes_it_degraded() -> None:
    time = HeldClock()
    store = watch(time)
    answered = store.look()
    time.advance(SLOW + 0.1)
    answered()
    state = store.describe()
    assert state.state == "degraded"
    assert "slowly" in state.message
    assert store.reachable


def test_a_failure_makes_it_down_and_is_news_once() -> None:
    store = watch(HeldClock())
    store.look()()
    assert store.failed()
    assert not store.failed()
    assert reachable(store) is False
    assert store.describe().state == "down"
    store.look()()
    assert reachable(store) is True
    assert store.failed()


def test_a_look_that_never_ends_makes_it_down_as_well() -> None:
    time = HeldClock()
    store = watch(time)
    store.look()()
    store.look()
    time.advance(LONGEST_SILENCE - 0.01)
    assert reachable(store) is True
    time.advance(0.02)
    assert reachable(store) is False
    assert "does not answer" in store.describe().message
