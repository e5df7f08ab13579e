"""Notices that the caller has gone while a call runs. It is the only reader of `receive` once the body is read."""

import asyncio
from collections.abc import Callable

from starlette.types import Receive


def task_is_ending() -> bool:
    """Says whether a CancelledError was meant for this task; otherwise the call alone was cancelled.

    Besides a caller's leaving that happens where the channel to the core is closed under a running call.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Departure:
    """Watches a caller from its making to `end`. Calls `cancel` at once when the caller leaves."""

    __slots__ = ("_task", "left")

    def __init__(self, receive: Receive, cancel: Callable[[], object]) -> None:
        """Begins to watch."""
        self.left = False
        self._task = asyncio.get_running_loop().create_task(self._watch(receive, cancel))

    async def _watch(self, receive: Receive, cancel: Callable[[], object]) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        self.left = True
        cancel()

    def end(self) -> None:
        """Stops watching: from here on a caller that leaves has missed nothing."""
        self._task.cancel()
