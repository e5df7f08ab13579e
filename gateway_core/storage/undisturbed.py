"""Lets what has begun come to its end, even if who waits for it is cancelled meanwhile."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def undisturbed(operation: Coroutine[Any, Any, T]) -> T:
    """Gives the result; who was cancelled hears of it when the operation is over.

    A driver that is cancelled in the middle of a statement leaves its connection in a state that nobody knows:
    SQLite's keeps the database locked until the garbage collector finds it.
    """
    task = asyncio.create_task(operation)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is None:
        return task.result()
    if not task.cancelled():
        task.exception()
    raise cancelled
