"""One timer of the loop for all bounds, and hardly ever touched."""

import asyncio
from collections.abc import Callable
from typing import cast

import pytest

from gateway_core.errors import UpstreamTimeout
from gateway_core.providers.http.patience import Patience
from gateway_core.providers.upstream import UpstreamRequest
from gateway_core.records.timeouts import Timeouts

TIMEOUTS = Timeouts(connect=5, first_token=30, idle=10, total=60, stream_total=600)


class Alarm:
    """What `call_at` gives."""

    def __init__(self, moment: float, ring: Callable[[], None]) -> None:
        """Is due at a moment."""
        self.moment = moment
        self.ring = ring
        self.cancelled = False

    def cancel(self) -> None:
        """Will not ring."""
        self.cancelled = True


class SteppedLoop:
    """The clock and timers of a loop, moved by hand."""

    def __init__(self) -> None:
        """Starts at some moment."""
        self.now = 1000.0
        self.alarms: list[Alarm] = []

    def time(self) -> float:
        """Tells the time."""
        return self.now

    def call_at(self, moment: float, ring: Callable[[], None]) -> Alarm:
        """Sets an alarm."""
        self.alarms.append(Alarm(moment, ring))
        return self.alarms[-1]

    def move_to(self, moment: float) -> None:
        """Rings what is due on the way."""
        while due := [alarm for alarm in self.alarms if not alarm.cancelled and alarm.moment <= moment]:
            alarm = min(due, key=lambda alarm: alarm.moment)
            self.now = max(self.now, alarm.moment)
            alarm.cancelled = True
            alarm.ring()
        self.now = moment


class World:
    """A patience on a stepped loop, and what it gave up with."""

    def __init__(self, *, stream: bool, timeouts: Timeouts = TIMEOUTS, deadline: float = 5000.0) -> None:
        """Starts the clock."""
        self.loop = SteppedLoop()
        self.given_up: list[tuple[float, str]] = []
        request = UpstreamRequest("", {}, b"", stream, timeouts, deadline)
        loop = cast("asyncio.AbstractEventLoop", self.loop)
        self.patience = Patience(loop, request)
        self.patience.start(self._note)

    def _note(self, error: UpstreamTimeout) -> None:
        self.given_up.append((self.loop.now - 1000.0, error.facts["timer"]))


@pytest.mark.parametrize(
    ("stream", "connected", "deadline", "expected"),
    [
        (True, False, 5000.0, (5.0, "connect")),
        (True, True, 5000.0, (30.0, "first_token")),
        (False, False, 5000.0, (5.0, "connect")),
        (False, True, 5000.0, (60.0, "total")),
        (False, True, 1020.0, (20.0, "deadline")),
        (True, False, 1001.0, (1.0, "deadline")),
    ],
)
def test_the_earliest_bound_is_named(
    *, stream: bool, connected: bool, deadline: float, expected: tuple[float, str]
) -> None:
    world = World(stream=stream, deadline=deadline)
    if connected:
        world.patience.connected()
    world.loop.move_to(5000)
    assert world.given_up == [expected]


def test_progress_moves_the_end_of_patience_without_touching_the_timer() -> None:
    world = World(stream=True)
    world.patience.connected()
    world.patience.progressed()
    set_before = len(world.loop.alarms)
    for step in range(128):
        world.loop.move_to(1000.0 + step / 32)
        world.patience.progressed()
    assert len(world.loop.alarms) == set_before
    world.loop.move_to(1100)
    assert world.given_up == [(127 / 32 + 10, "idle")]


def test_a_first_token_brings_the_end_forward_if_silence_in_mid_stream_is_allowed_less() -> None:
    world = World(stream=True, timeouts=Timeouts(connect=100, first_token=100, idle=1))
    world.patience.connected()
    world.loop.move_to(1002)
    world.patience.progressed()
    world.loop.move_to(1100)
    assert world.given_up == [(3.0, "idle")]


def test_progress_means_nothing_to_a_unary_request() -> None:
    world = World(stream=False)
    world.patience.connected()
    world.patience.progressed()
    world.loop.move_to(1100)
    assert world.given_up == [(60.0, "total")]


def test_the_time_in_which_nobody_waits_is_not_counted_as_silence() -> None:
    world = World(stream=True)
    world.patience.connected()
    world.loop.move_to(1004)
    world.patience.hold()
    world.loop.move_to(1005)
    world.patience.progressed()
    world.loop.move_to(1105)
    assert world.given_up == []
    world.patience.wait()
    world.loop.move_to(1114.5)
    assert world.given_up == []
    world.patience.hold()
    world.loop.move_to(1200)
    world.patience.wait()
    world.loop.move_to(1300)
    assert world.given_up == [(200.5, "idle")]


def test_the_whole_ends_even_if_nobody_waits() -> None:
    world = World(stream=True)
    world.patience.connected()
    world.patience.hold()
    world.loop.move_to(2000)
    assert world.given_up == [(600.0, "total")]


def test_connecting_anew_has_its_own_time() -> None:
    world = World(stream=True, timeouts=Timeouts(connect=1, first_token=100))
    world.patience.connected()
    world.loop.move_to(1050)
    world.patience.connecting()
    world.loop.move_to(1200)
    assert world.given_up == [(51.0, "connect")]


def test_one_who_waits_already_may_say_so_again() -> None:
    world = World(stream=True)
    world.patience.connected()
    world.patience.wait()
    world.loop.move_to(1100)
    assert world.given_up == [(30.0, "first_token")]


def test_a_deadline_in_the_past_raises_at_the_start() -> None:
    with pytest.raises(UpstreamTimeout) as caught:
        World(stream=True, deadline=1000.0)
    assert caught.value.facts == {"timer": "deadline"}


def test_after_stop_nothing_happens() -> None:
    world = World(stream=True)
    world.patience.stop()
    world.loop.move_to(5000)
    assert world.given_up == []


def test_a_timer_that_fires_a_little_early_counts_as_due() -> None:
    world = World(stream=True)
    world.loop.now = 1004.9995
    world.loop.alarms[0].ring()
    assert len(world.given_up) == 1
