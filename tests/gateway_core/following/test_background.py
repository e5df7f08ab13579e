"""What runs beside a core ends with it, and ends it when it has a fault."""

import asyncio

import pytest

from gateway_core.following.background import Background


class Fault(Exception):
    """A fault of a test."""


async def for_ever(ended: list[str]) -> None:
    try:
        await asyncio.Event().wait()
    finally:
        ended.append("ended")


async def faulty() -> None:
    await asyncio.sleep(0)
    raise Fault


async def test_it_ends_with_who_is_inside() -> None:
    ended: list[str] = []
    async with Background(for_ever(ended), for_ever(ended)):
        await asyncio.sleep(0)
    assert ended == ["ended"] * 2


async def test_what_fails_inside_leaves_as_it_is() -> None:
    ended: list[str] = []
    with pytest.raises(Fault):
        async with Background(for_ever(ended)):
            await faulty()
    assert ended == ["ended"]


async def test_a_fault_in_the_background_ends_who_is_inside_and_says_so() -> None:
    ended: list[str] = []
    with pytest.raises(ExceptionGroup) as raised:
        async with Background(for_ever(ended), faulty()):
            await asyncio.Event().wait()
    assert [type(error) for error in raised.value.exceptions] == [Fault]
    assert ended == ["ended"]


async def test_who_is_cancelled_inside_stays_cancelled() -> None:
    ended: list[str] = []

    async def inside() -> None:
        async with Background(for_ever(ended)):
            await asyncio.Event().wait()

    task = asyncio.create_task(inside())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["ended"]
