"""Who guesses tokens waits, longer and longer, and nobody else does."""

import pytest

from admin.interceptors.slowed import FIRST_PAUSE, LONGEST_PAUSE, QUIET, WINDOW, Slowed
from gateway_core.errors import RateLimitExceeded
from tests.fakes.worlds import HeldClock

HERE, THERE = "192.0.2.1", "192.0.2.2"


def slowed(time: HeldClock, allowed: int = 10, most_addresses: int = 10_000) -> Slowed:
    return Slowed(time.clock().monotonic, allowed=allowed, most_addresses=most_addresses)


def pause_of(guesses: Slowed, address: str = HERE) -> float:
    """Gives how long the address has to wait, 0 if it need not."""
    try:
        guesses.require_patience(address)
    except RateLimitExceeded as refused:
        return refused.retry_after or 0.0
    return 0.0


def guess(guesses: Slowed, times: int, address: str = HERE) -> None:
    for _ in range(times):
        guesses.note_bad(address)


def test_ten_bad_tokens_a_minute_pass_and_one_more_waits() -> None:
    guesses = slowed(HeldClock())
    guess(guesses, 10)
    assert pause_of(guesses) == 0
    guess(guesses, 1)
    assert pause_of(guesses) == pytest.approx(FIRST_PAUSE)
    assert pause_of(guesses, THERE) == 0


def test_each_guess_after_a_pause_makes_the_next_one_twice_as_long_up_to_a_minute() -> None:
    time = HeldClock()
    guesses = slowed(time)
    guess(guesses, 11)
    pauses = []
    for _ in range(9):
        pauses.append(round(pause_of(guesses), 6))
        time.advance(pauses[-1])
        assert pause_of(guesses) == pytest.approx(0, abs=1e-6)
        guess(guesses, 1)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert max(pauses) == LONGEST_PAUSE


def test_the_rest_of_the_pause_is_told() -> None:
    time = HeldClock()
    guesses = slowed(time)
    guess(guesses, 11)
    time.advance(0.75)
    assert pause_of(guesses) == pytest.approx(0.25)


def test_bad_tokens_that_are_far_between_never_wait() -> None:
    time = HeldClock()
    guesses = slowed(time, allowed=2)
    for _ in range(20):
        guess(guesses, 1)
        assert pause_of(guesses) == 0
        time.advance(WINDOW / 2)


def test_who_goes_quiet_begins_anew() -> None:
    time = HeldClock()
    guesses = slowed(time)
    guess(guesses, 20)
    time.advance(QUIET + 0.1)
    guess(guesses, 10)
    assert pause_of(guesses) == 0


def test_the_table_forgets_the_address_heard_of_longest_ago() -> None:
    guesses = slowed(HeldClock(), allowed=1, most_addresses=2)
    guess(guesses, 2, "192.0.2.1")
    guess(guesses, 2, "192.0.2.2")
    guess(guesses, 1, "192.0.2.1")
    guess(guesses, 2, "192.0.2.3")
    assert [pause_of(guesses, f"192.0.2.{last}") > 0 for last in (1, 2, 3)] == [True, False, True]


def test_addresses_of_one_ipv6_network_count_together() -> None:
    guesses = slowed(HeldClock(), allowed=3)
    for last in range(4):
        guess(guesses, 1, f"2001:db8:1:2::{last:x}")
    assert pause_of(guesses, "2001:db8:1:2:ffff::1") > 0
    assert pause_of(guesses, "2001:db8:1:3::1") == 0
