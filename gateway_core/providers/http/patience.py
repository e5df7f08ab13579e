"""How long one request may take: every bound of it, on one timer of the loop. It knows no connection."""

import asyncio
from collections.abc import Callable
from math import inf
from types import MappingProxyType
from typing import Final

from gateway_core.errors import UpstreamTimeout
from gateway_core.providers.upstream import UpstreamRequest

_SENTENCES: Final = MappingProxyType(
    {
        "connect": "the provider did not accept a connection in time",
        "first_token": "the provider sent no token in time",
        "idle": "the provider fell silent in the middle of its reply",
        "total": "the provider did not finish its reply in time",
        "deadline": "the deadline of the call passed before the provider finished its reply",
    }
)

_GRAIN: Final = 0.001
"""Timers of uvloop go by the millisecond and may fire that much early."""


class Patience:
    """Gives up once, with the error that names the bound that was exceeded.

    The timer is armed for the earliest moment at which it could be due, and looks again when it fires: news moves
    the due moment without touching the timer. Silence is counted only while somebody waits for the provider: the
    time in which a slow reader holds the reply is not the provider's.
    """

    __slots__ = (
        "_allowed_silence",
        "_armed_for",
        "_connect_by",
        "_deadline",
        "_done_by",
        "_give_up",
        "_held_since",
        "_loop",
        "_silence",
        "_silent_since",
        "_stream",
        "_timeouts",
        "_timer",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, request: UpstreamRequest) -> None:
        """Takes the bounds; they count from `start`."""
        self._loop = loop
        self._timeouts = request.timeouts
        self._stream = request.stream
        self._deadline = request.deadline
        self._give_up: Callable[[UpstreamTimeout], None] = _ignore
        self._held_since: float | None = None
        self._silence = "first_token"

    def start(self, give_up: Callable[[UpstreamTimeout], None]) -> None:
        """Starts to count; raises UpstreamTimeout if the deadline has passed already."""
        now = self._loop.time()
        if self._deadline <= now:
            raise _timeout("deadline")
        timeouts = self._timeouts
        self._give_up = give_up
        self._connect_by = now + timeouts.connect
        self._silent_since = now
        if self._stream:
            self._done_by = now + timeouts.stream_total
            self._allowed_silence = timeouts.first_token
        else:
            self._done_by = now + timeouts.total
            self._allowed_silence = inf
        self._arm(min(self._connect_by, now + self._allowed_silence, self._done_by, self._deadline))

    def connecting(self) -> None:
        """Starts the time for connecting anew."""
        self._connect_by = self._loop.time() + self._timeouts.connect
        self._look_by(self._connect_by)

    def connected(self) -> None:
        """Ends the time for connecting."""
        self._connect_by = inf

    def progressed(self) -> None:
        """Ends the silence: the first token was there, or the next one."""
        if not self._stream:
            return
        now = self._loop.time()
        self._silence = "idle"
        self._allowed_silence = self._timeouts.idle
        self._silent_since = now
        if self._held_since is not None:
            self._held_since = now
        self._look_by(now + self._allowed_silence)

    def hold(self) -> None:
        """Says that nobody waits for the provider until `wait`."""
        self._held_since = self._loop.time()

    def wait(self) -> None:
        """Says that somebody waits for the provider again."""
        if self._held_since is not None:
            self._silent_since += self._loop.time() - self._held_since
            self._held_since = None

    def stop(self) -> None:
        """Ends the counting for good."""
        self._timer.cancel()
        self._give_up = _ignore

    def _look_by(self, moment: float) -> None:
        if moment < self._armed_for:
            self._timer.cancel()
            self._arm(moment)

    def _arm(self, moment: float) -> None:
        self._armed_for = moment
        self._timer = self._loop.call_at(moment, self._look)

    def _look(self) -> None:
        now = self._loop.time()
        held = 0.0 if self._held_since is None else now - self._held_since
        due, timer = min(
            (self._deadline, "deadline"),
            (self._done_by, "total"),
            (self._connect_by, "connect"),
            (self._silent_since + held + self._allowed_silence, self._silence),
        )
        if due > now + _GRAIN:
            self._arm(due)
        else:
            self._give_up(_timeout(timer))


def _timeout(timer: str) -> UpstreamTimeout:
    return UpstreamTimeout(_SENTENCES[timer], facts={"timer": timer})


def _ignore(_: UpstreamTimeout) -> None:
    """Stands in while nobody waits, so that what is over refers to nothing."""
