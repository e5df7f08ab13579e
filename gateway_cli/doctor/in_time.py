"""Runs work that may block for ever, and waits for it only so long."""

from collections.abc import Callable, Sequence
from threading import Thread
from time import monotonic
from typing import TypeVar

T = TypeVar("T")


def at_once(work: Sequence[Callable[[], T]], seconds: float) -> list[T | None]:
    """Runs all of it at the same time; gives the results in order, `None` for what is not done in time.

    What blocks longer is left behind in a thread that does not keep the process from ending.
    """
    results: list[T | None] = [None] * len(work)

    def keep(number: int) -> None:
        results[number] = work[number]()

    threads = [Thread(target=keep, args=(number,), daemon=True) for number in range(len(work))]
    until = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))
    return results.copy()


def in_time(work: Callable[[], T], seconds: float) -> T | None:
    """Runs work; gives `None` if it is not done in time."""
    return at_once([work], seconds)[0]
