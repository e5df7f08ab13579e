"""Forgets what nobody may need any more. It knows no caller."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Store

HOUR: Final = 3600.0
KEPT: Final = timedelta(hours=24)


async def keep_house(
    store: Store, now: Callable[[], datetime], logger: logging.Logger, *, interval: float = HOUR
) -> None:
    """Forgets requests that are older than a day, again and again, for ever. A store that is away waits till next."""
    while True:
        try:
            await store.forget_requests(now() - KEPT)
        except StorageError as error:
            logger.warning("old request ids cannot be forgotten now", extra={"cause": str(error)})
        await asyncio.sleep(interval)
