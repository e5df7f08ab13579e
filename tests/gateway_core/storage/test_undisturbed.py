"""What has begun comes to its end, whoever is cancelled meanwhile."""

import asyncio

import pytest

from gateway_core.storage.undisturbed import undisturbed


class Work:
    """Something that takes as long as a test wants."""

    def __init__(self) -> None:
        """Starts undone."""
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.done = False

    async def run(self, error: Exception | None = None) -> str:
        """Waits until it may go on, then ends."""
        self.begun.set()
        await self.go_on.wait()
        self.done = True
        if error is not None:
            raise error
        return "done"


async def test_a_result_is_given_and_an_error_raised() -> None:
    work = Work()
    work.go_on.set()
    assert await undisturbed(work.run()) == "done"
    with pytest.raises(ValueError, match="no"):
        await undisturbed(work.run(ValueError("no")))


@pytest.mark.parametrize("error", [None, ValueError("no")])
async def test_who_is_cancelled_again_and_again_waits_for_the_end(error: Exception | None) -> None:
    work = Work()
    waiting = asyncio.create_task(undisturbed(work.run(error)))
    await work.begun.wait()
    for _ in range(3):
        waiting.cancel()
        await asyncio.sleep(0)
        assert not waiting.done()
    work.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.done


async def test_an_operation_that_is_cancelled_itself_says_so() -> None:
    async def gone() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await undisturbed(gone())


async def test_both_may_be_cancelled() -> None:
    work = Work()

    async def gone() -> None:
        await work.run()
        raise asyncio.CancelledError

    waiting = asyncio.create_task(undisturbed(gone()))
    await work.begun.wait()
    waiting.cancel()
    await asyncio.sleep(0)
    work.go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
