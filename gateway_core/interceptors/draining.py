"""Tracks the rpcs that run, so that a gateway about to stop can refuse new ones and end the last ones in style."""

import asyncio
from types import TracebackType

from gateway_core.errors import Draining
from gateway_core.interceptors.around import Around, Context

OURS = "/weir."
RETRY_AFTER = 1.0
SENTENCE = "the gateway is shutting down; try again, another replica will answer"


class Drained(Around):
    """Lets rpcs in until told to drain, and ends those that outlast it with DRAINING."""

    def __init__(self) -> None:
        """Starts open."""
        super().__init__()
        self.draining = False
        self.expired = False
        self._running: set[asyncio.Task[object]] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    def around(self, method: str, context: Context) -> "DrainedRpc":
        """Tracks one rpc."""
        del context
        return DrainedRpc(self, tracked=method.startswith(OURS))

    async def drain(self, patience: float) -> None:
        """Refuses new rpcs, waits for the running ones, and ends those that are still there after `patience`."""
        self.draining = True
        try:
            async with asyncio.timeout(patience):
                await self._idle.wait()
        except TimeoutError:
            self.expired = True
            for task in self._running:
                task.cancel()
            await self._idle.wait()

    def enter(self, task: asyncio.Task[object]) -> None:
        """Counts an rpc in."""
        self._running.add(task)
        self._idle.clear()

    def leave(self, task: asyncio.Task[object]) -> None:
        """Counts an rpc out."""
        self._running.discard(task)
        if not self._running:
            self._idle.set()


class DrainedRpc:
    """One rpc that is known to run."""

    __slots__ = ("_drained", "_task", "_tracked")

    def __init__(self, drained: Drained, *, tracked: bool) -> None:
        """Takes who tracks it; an rpc that is not tracked passes even while draining."""
        self._drained = drained
        self._tracked = tracked
        self._task: asyncio.Task[object] | None = None

    async def __aenter__(self) -> None:
        """Counts the rpc in, or refuses it."""
        if not self._tracked:
            return
        if self._drained.draining:
            raise Draining(SENTENCE, retry_after=RETRY_AFTER)
        self._task = asyncio.current_task()
        if self._task is not None:
            self._drained.enter(self._task)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Counts the rpc out; one that was ended by the drain says so instead of looking cancelled."""
        task = self._task
        if task is None:
            return
        self._drained.leave(task)
        if self._drained.expired and isinstance(error, asyncio.CancelledError):
            task.uncancel()
            raise Draining(SENTENCE, retry_after=RETRY_AFTER) from error
