"""A time that passes only when somebody sleeps, and then at once."""

import asyncio

from gateway_core.clock import Clock


class LeapingTime:
    """Stands still between sleeps. `slept` lists them."""

    def __init__(self) -> None:
        """Starts at an odd moment, as real clocks do."""
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> Clock:
        """Gives the clock that shows this time."""
        return Clock(monotonic=lambda: self.now, wall=lambda: int(self.now * 1e9))

    async def sleep(self, seconds: float, /) -> None:
        """Leaps."""
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)
