"""What runs beside a server ends with it, and ends it when it has a fault."""

import asyncio

import pytest

from gateway_core.background import running


class Fault(Exception):
    """A fault of a test."""


class Endless:
    """Work without end that knows whether it has begun, and ended."""

    def __init__(self, fault: Exception | None = None) -> None:
        """Takes what goes wrong at its end."""
        self.begun = asyncio.Event()
        self.ended = False
        self._fault = fault

    async def run(self) -> None:
        """Waits for ever."""
        self.begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True
            if self._fault is not None:
                raise self._fault


async def fail() -> None:
    await asyncio.sleep(0)
    raise Fault


async def fail_inside(work: Endless, error: Exception) -> None:
    """Raises while the work goes on."""
    async with running(work.run):
        await work.begun.wait()
        raise error


async def test_it_runs_and_ends_with_who_is_inside() -> None:
    work = [Endless(), Endless()]
    async with running(*(one.run for one in work)):
        for one in work:
            await one.begun.wait()
        assert [one.ended for one in work] == [False, False]
    assert [one.ended for one in work] == [True, True]


async def test_what_fails_inside_leaves_as_it_is() -> None:
    work, error = Endless(), LookupError()
    error.__cause__ = KeyError("cause")
    with pytest.raises(LookupError) as raised:
        await fail_inside(work, error)
    assert raised.value is error
    assert isinstance(error.__cause__, KeyError)
    assert work.ended


async def test_a_fault_in_the_background_ends_everything_and_leaves_as_it_is() -> None:
    work = Endless()
    with pytest.raises(Fault):
        async with running(work.run, fail):
            await asyncio.Event().wait()
    assert work.ended


async def test_a_group_that_fails_inside_leaves_as_it_is() -> None:
    group = ExceptionGroup("two", [Fault(), LookupError()])
    with pytest.raises(ExceptionGroup) as raised:
        await fail_inside(Endless(), group)
    assert raised.value is group


async def test_several_things_that_go_wrong_leave_together() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        await fail_inside(Endless(Fault()), LookupError())
    assert {type(error) for error in raised.value.exceptions} == {LookupError, Fault}


async def test_who_is_cancelled_inside_stays_cancelled() -> None:
    work = Endless()

    async def inside() -> None:
        async with running(work.run):
            await asyncio.Event().wait()

    task = asyncio.create_task(inside())
    await work.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert work.ended
