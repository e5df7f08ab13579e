"""Collects when keys were last used, and tells the store now and then. Losing some is no harm, waiting would be."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

from gateway_core.storage.storage_error import StorageError

NoteUses: TypeAlias = Callable[[Mapping[str, datetime]], Awaitable[None]]

INTERVAL = 15.0
AT_MOST_EVERY = 60.0
CAPACITY = 100_000
LAST_WORDS = 2.0


class KeyUses:
    """The moments that the store does not know yet. Each key counts at most once a minute."""

    def __init__(self, note: NoteUses, logger: logging.Logger, *, capacity: int = CAPACITY) -> None:
        """Takes how to tell the store, and how many keys are remembered at most while it is away."""
        self._note = note
        self._logger = logger
        self._capacity = capacity
        self._seen: dict[str, float] = {}
        self._waiting: dict[str, float] = {}
        self._newest = 0.0
        self._away = False

    def used(self, key_id: str, now: float) -> None:
        """Notes that a key was used; `now` is in Unix seconds."""
        if now - self._seen.get(key_id, 0.0) < AT_MOST_EVERY:
            return
        if len(self._seen) < self._capacity or key_id in self._seen:
            self._seen[key_id] = self._waiting[key_id] = self._newest = now

    async def flush(self) -> None:
        """Tells the store. What it cannot take now waits for the next time."""
        self._seen = {key: moment for key, moment in self._seen.items() if self._newest - moment < AT_MOST_EVERY}
        telling, self._waiting = self._waiting, {}
        if not telling:
            return
        told = False
        try:
            await self._note({key: datetime.fromtimestamp(moment, UTC) for key, moment in telling.items()})
            told = True
            self._away = False
        except StorageError as error:
            self._complain(error)
        finally:
            if not told:
                self._waiting = dict(list((telling | self._waiting).items())[: self._capacity])

    async def run(self, interval: float = INTERVAL) -> None:
        """Tells the store again and again, for ever."""
        while True:
            await asyncio.sleep(interval)
            await self.flush()

    async def finish(self) -> None:
        """Tells the store a last time, if it answers soon."""
        try:
            async with asyncio.timeout(LAST_WORDS):
                await self.flush()
        except TimeoutError:
            self._logger.warning("the last uses of keys were not kept: the database does not answer")

    def _complain(self, error: StorageError) -> None:
        if not self._away:
            self._logger.warning("the database does not take the last uses of keys", extra={"cause": str(error)})
        self._away = True
