"""Runs what goes on beside the calls for as long as a process serves. It does not know what that is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

Work: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


@asynccontextmanager
async def running(*tasks: Work) -> AsyncIterator[None]:
    """Runs tasks without end while inside; a fault in one of them cancels the others and whoever is inside.

    What goes wrong leaves as it is, not as a group of one.
    """
    try:
        async with asyncio.TaskGroup() as group:
            begun = [group.create_task(task()) for task in tasks]
            try:
                yield
            finally:
                for task in begun:
                    task.cancel()
    except BaseExceptionGroup as several:
        if len(several.exceptions) > 1:
            raise
        raise several.exceptions[0] from several.exceptions[0].__cause__
