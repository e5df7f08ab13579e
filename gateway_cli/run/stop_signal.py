"""Waits for the signal to stop. A second one does not wait for running calls."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class StopSignal:
    """Says whether to stop, and whether to stop at once."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    urgent: asyncio.Event = field(default_factory=asyncio.Event)

    def heard(self) -> None:
        """Takes note of a signal."""
        if self.asked.is_set():
            self.urgent.set()
        self.asked.set()


@contextmanager
def stop_signal() -> Iterator[StopSignal]:
    """Listens for SIGTERM and SIGINT while inside."""
    stop = StopSignal()
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        loop.add_signal_handler(number, stop.heard)
    try:
        yield stop
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)
