"""Notices that the caller has gone while a call runs, by the word of the connection itself."""

import asyncio
from collections.abc import Callable
from typing import Final

from starlette.types import Scope

WATCH: Final = "weir.watch"
"""The key of a scope under which the server takes what to call when the caller leaves, or None to call nothing."""


def task_is_ending() -> bool:
    """Says whether a CancelledError was meant for this task; otherwise the call alone was cancelled.

    Besides a caller's leaving that happens where the channel to the core is closed under a running call.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Departure:
    """Watches a caller from its making to `end`. Calls `cancel` at once when the caller leaves, or has left already."""

    __slots__ = ("_cancel", "_watch", "left")

    def __init__(self, scope: Scope, cancel: Callable[[], object]) -> None:
        """Begins to watch."""
        self.left = False
        self._cancel = cancel
        self._watch: Callable[[Callable[[], None] | None], None] = scope[WATCH]
        self._watch(self._leave)

    def _leave(self) -> None:
        self.left = True
        self._cancel()

    def end(self) -> None:
        """Stops watching: from here on a caller that leaves has missed nothing."""
        self._watch(None)
