"""Slows those who guess tokens: after too many bad ones an address waits, longer each time, until it goes quiet."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from admin.interceptors.peer_address import household
from gateway_core.errors import RateLimitExceeded

WINDOW: Final = 60.0
FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 60.0
QUIET: Final = 2 * LONGEST_PAUSE
MOST_ADDRESSES: Final = 10_000
SENTENCE: Final = "too many bad admin tokens came from this address; wait before you try again"


@dataclass(slots=True)
class Guesses:
    """What came from one address: the moments of the last bad tokens, and until when it has to wait."""

    bad: deque[float] = field(default_factory=deque)
    pause: float = 0.0
    until: float = 0.0


class Slowed:
    """Remembers who sends bad tokens. The table is bounded: the address that was heard of longest ago goes first."""

    def __init__(self, monotonic: Callable[[], float], *, allowed: int, most_addresses: int = MOST_ADDRESSES) -> None:
        """Takes how many bad tokens a minute pass without a pause."""
        self._monotonic = monotonic
        self._allowed = allowed
        self._most_addresses = most_addresses
        self._guesses: OrderedDict[str, Guesses] = OrderedDict()

    def require_patience(self, address: str) -> None:
        """Raises RateLimitExceeded for an address that has to wait."""
        known = self._guesses.get(household(address))
        left = known.until - self._monotonic() if known else 0.0
        if left > 0:
            raise RateLimitExceeded(SENTENCE, retry_after=left)

    def note_bad(self, address: str) -> None:
        """Counts a bad token."""
        now, place = self._monotonic(), household(address)
        guesses = self._guesses.get(place)
        if guesses is None or now - guesses.bad[-1] > QUIET:
            guesses = self._guesses[place] = Guesses()
        self._guesses.move_to_end(place)
        guesses.bad.append(now)
        if len(guesses.bad) > self._allowed and (guesses.pause or now - guesses.bad[0] < WINDOW):
            guesses.pause = min(guesses.pause * 2 or FIRST_PAUSE, LONGEST_PAUSE)
            guesses.until = now + guesses.pause
        if len(guesses.bad) > self._allowed:
            guesses.bad.popleft()
        if len(self._guesses) > self._most_addresses:
            self._guesses.popitem(last=False)
