"""Lets one after the other do what only one can do at a time. It does not know what they do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway_core.storage.storage_error import StoreUnavailable


class Turns:
    """Gives turns in the order in which they are asked for."""

    def __init__(self, patience: float) -> None:
        """Takes for how many seconds anybody waits."""
        self._patience = patience
        self._taken = asyncio.Lock()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Holds a turn while inside. Raises StoreUnavailable if it does not come in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._taken.acquire()
        except TimeoutError as error:
            raise StoreUnavailable(f"too many changes at once: no turn came in {self._patience:g} s") from error
        try:
            yield
        finally:
            self._taken.release()
