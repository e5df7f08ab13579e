"""The two clocks, handed to whoever measures, so that tests can hold them still."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

SECOND = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Clock:
    """`monotonic` is the event loop's clock in seconds, `wall` is Unix time in nanoseconds."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], int] = time.time_ns

    def seconds(self) -> float:
        """Gives Unix time in seconds."""
        return self.wall() / SECOND

    def now(self) -> datetime:
        """Gives the moment that it is."""
        return datetime.fromtimestamp(self.wall() / SECOND, UTC)
