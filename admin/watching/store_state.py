"""What is known of the database from asking it again and again: whether it answers, how fast, how far it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gateway_core.clock import Clock

State: TypeAlias = Literal["healthy", "degraded", "down"]

LONGEST_SILENCE = 2.0
SLOW = 0.5
AWAY = (
    "the database does not answer: see that it runs and can be reached from here; meanwhile what is known stays in "
    "force, and nothing can be changed"
)
LATE = "the database answers slowly: see what keeps it busy"


@dataclass(frozen=True, slots=True)
class StoreState:
    """How the database was at the last look."""

    state: State
    message: str
    checked_at: int
    latency: float


class StoreWatch:
    """Remembers the looks at one database. A look that takes too long counts as none, even before it fails."""

    def __init__(self, clock: Clock) -> None:
        """Takes the clock that silence is measured by. Nothing is known before the first look."""
        self._clock = clock
        self._answered = float("-inf")
        self._reachable = False
        self._latency = 0.0
        self._checked_at = clock.wall()

    @property
    def reachable(self) -> bool:
        """Says whether the database answers."""
        return self._reachable and self._clock.monotonic() - self._answered < LONGEST_SILENCE

    def look(self) -> Callable[[], None]:
        """Begins a look; what it gives is called when the database has answered."""
        began = self._clock.monotonic()

        def answered() -> None:
            self._answered = self._clock.monotonic()
            self._latency = self._answered - began
            self._checked_at = self._clock.wall()
            self._reachable = True

        return answered

    def failed(self) -> bool:
        """Notes that the database did not answer, and says whether that is news."""
        news, self._reachable = self._reachable, False
        self._checked_at = self._clock.wall()
        return news

    def describe(self) -> StoreState:
        """Says how the database is."""
        if not self.reachable:
            return StoreState("down", AWAY, self._checked_at, self._latency)
        if self._latency > SLOW:
            return StoreState("degraded", LATE, self._checked_at, self._latency)
        return StoreState("healthy", "", self._checked_at, self._latency)
