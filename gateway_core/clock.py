"""The two clocks, handed to whoever measures, so that tests can hold them still."""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """`monotonic` is the event loop's clock in seconds, `wall` is Unix time in nanoseconds."""

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], int] = time.time_ns
