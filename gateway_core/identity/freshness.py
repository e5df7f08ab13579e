"""Knows when somebody last confirmed what this process holds about keys, and refuses to go on for too long without."""

from collections.abc import Callable

from gateway_core.errors import StaleConfiguration

RETRY_AFTER = 1.0
SENTENCE = (
    "the gateway has not heard for too long whether its keys are still good, because its database does not answer; "
    "the key may be fine, try again"
)


class Freshness:
    """How long ago it was confirmed that nothing has changed, or what. `bound` is in seconds."""

    __slots__ = ("_always", "_clock", "_confirmed", "bound")

    def __init__(self, clock: Callable[[], float], bound: float, *, always: bool = False) -> None:
        """Starts as confirmed just now. With `always` nothing can be missed, so nothing is ever refused."""
        self.bound = bound
        self._clock = clock
        self._always = always
        self._confirmed = clock()

    @property
    def age(self) -> float:
        """Says for how many seconds nobody has confirmed anything."""
        return max(0.0, self._clock() - self._confirmed)

    def confirm(self, moment: float) -> None:
        """Notes that everything up to a moment of the clock is known."""
        self._confirmed = max(self._confirmed, moment)

    def require(self) -> None:
        """Raises StaleConfiguration once the bound is passed."""
        if self._clock() - self._confirmed > self.bound and not self._always:
            raise StaleConfiguration(SENTENCE, retry_after=RETRY_AFTER)
