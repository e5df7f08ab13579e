"""Runs what goes on beside the calls for as long as a core runs. It does not know what that is."""

import asyncio
from collections.abc import Coroutine
from types import TracebackType
from typing import Any


class Background:
    """Tasks without end. A fault in one of them cancels whoever is inside, and leaves as an exception group.

    What fails inside leaves as it is, unlike from a TaskGroup.
    """

    def __init__(self, *work: Coroutine[Any, Any, None]) -> None:
        """Takes what to run."""
        self._work = work
        self._group = asyncio.TaskGroup()
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> None:
        """Starts the tasks."""
        await self._group.__aenter__()
        self._tasks = [self._group.create_task(one) for one in self._work]

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ends the tasks and waits for them."""
        for task in self._tasks:
            task.cancel()
        if isinstance(error, asyncio.CancelledError):
            await self._group.__aexit__(kind, error, trace)
        else:
            await self._group.__aexit__(None, None, None)
