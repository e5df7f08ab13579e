"""Waits for a condition that nothing announces, with a limit: the one place where tests poll."""

import asyncio
from collections.abc import Callable


async def eventually(condition: Callable[[], bool], limit: float = 5.0) -> None:
    """Returns as soon as the condition holds; raises TimeoutError if it does not within `limit` seconds."""
    async with asyncio.timeout(limit):
        while not condition():  # noqa: ASYNC110 # what tests observe from outside has no event to wait for
            await asyncio.sleep(0.002)
