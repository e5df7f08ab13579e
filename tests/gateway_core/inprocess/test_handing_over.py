"""What the in-process channel alone promises: the same objects, bounded streams, and nothing left behind."""

import asyncio
import gc
from collections.abc import AsyncIterator

import grpc
import pytest

from gateway_core.inprocess.context import InProcessContext
from gateway_core.inprocess.exchange import Exchange
from gateway_core.inprocess.pipe import RUN_AHEAD
from gateway_core.inprocess.server import InProcessServer
from tests.fakes.channel_link import (
    SERVICE,
    Context,
    Link,
    Service,
    Stalled,
    answer,
    ask,
    chat,
    event,
    happens,
    linked,
    names,
)
from tests.fakes.eventually import eventually


async def test_both_ends_see_the_same_objects() -> None:
    seen: list[object] = []
    reply, streamed = answer(), event("0")

    async def get_model(request: object, _context: Context) -> object:
        seen.append(request)
        return reply

    async def stream_chat(_request: object, context: Context) -> None:
        await context.write(streamed)

    async def collect(requests: AsyncIterator[object], _context: Context) -> object:
        seen.extend([request async for request in requests])
        return reply

    async with linked("inprocess", Service(get_model=get_model, stream_chat=stream_chat, collect=collect)) as link:
        one, two = ask("one"), ask("two")
        assert await link.get_model(one) is reply
        assert await link.stream_chat(chat()).read() is streamed
        assert await link.collect([two]) is reply
        assert seen[0] is one
        assert seen[1] is two


async def settle() -> None:
    """Lets everything run that can."""
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.mark.parametrize("style", ["yield", "write"])
async def test_a_handler_is_a_few_messages_ahead_of_the_reader_and_no_more(style: str) -> None:
    written: list[int] = []

    async def yielding(_request: object, _context: Context) -> AsyncIterator[object]:
        for number in range(100):
            written.append(number)
            yield event(str(number))

    async def writing(_request: object, context: Context) -> None:
        for number in range(100):
            written.append(number)
            await context.write(event(str(number)))

    async with linked("inprocess", Service(stream_chat=yielding if style == "yield" else writing)) as link:
        call = link.stream_chat(chat())
        await settle()
        assert len(written) == RUN_AHEAD + 1
        await call.read()
        await settle()
        assert len(written) == RUN_AHEAD + 2
        rest = [await call.read() for _ in range(99)]
        assert names(rest) == [str(number) for number in range(1, 100)]
        assert await call.read() is grpc.aio.EOF


async def test_a_caller_is_a_few_requests_ahead_of_the_handler_and_no_more() -> None:
    given: list[int] = []
    go_on = asyncio.Event()

    async def requests() -> AsyncIterator[object]:
        for number in range(100):
            given.append(number)
            yield ask(str(number))

    async def collect(requests: AsyncIterator[object], _context: Context) -> object:
        await go_on.wait()
        return answer(str(len([request async for request in requests])))

    async with linked("inprocess", Service(collect=collect)) as link:
        call = link.collect(requests())
        await settle()
        assert len(given) == RUN_AHEAD + 1
        go_on.set()
        assert await call == answer("100")


async def test_a_call_that_is_dropped_half_read_stops_the_handler() -> None:
    stalled = Stalled()
    async with linked("inprocess", Service(stream_chat=stalled.stream_chat)) as link:
        told: list[object] = []
        call = link.stream_chat(chat())
        call.add_done_callback(lambda dropped: told.append(dropped.cancelled()))
        first = await call.read()
        assert names([first]) == ["0"]
        await happens(stalled.entered)
        gc.disable()
        try:
            del call
            await happens(stalled.cancelled)
        finally:
            gc.enable()
        await eventually(lambda: told == [True])


async def test_a_loop_that_is_left_stops_the_handler() -> None:
    stalled = Stalled()
    async with linked("inprocess", Service(stream_chat=stalled.stream_chat)) as link:
        async for _ in link.stream_chat(chat()):
            await happens(stalled.entered)
            break
        await happens(stalled.cancelled)


async def test_a_handler_that_waits_for_its_reader_is_closed_with_the_call() -> None:
    closed = asyncio.Event()

    async def stream_chat(_request: object, _context: Context) -> AsyncIterator[object]:
        try:
            while True:
                yield event("again")
        finally:
            closed.set()

    async with linked("inprocess", Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.read()
        call.cancel()
        await settle()
        assert closed.is_set()


async def test_a_stream_of_requests_that_is_dropped_stops_the_handler() -> None:
    stalled = Stalled()

    async def collect(requests: AsyncIterator[object], _context: Context) -> None:
        await anext(requests)
        await stalled.wait()

    async with linked("inprocess", Service(collect=collect)) as link:
        call = link.collect()
        await call.write(ask())
        await happens(stalled.entered)
        del call
        await happens(stalled.cancelled)


async def test_an_iterator_of_requests_goes_on_without_its_caller() -> None:
    served = asyncio.Event()

    async def collect(requests: AsyncIterator[object], _context: Context) -> object:
        got = [request async for request in requests]
        served.set()
        return answer(str(len(got)))

    async with linked("inprocess", Service(collect=collect)) as link:
        link.collect(iter([ask(), ask()]))
        await happens(served)


async def test_a_call_that_outlives_its_loop_is_dropped_in_silence() -> None:
    kept: list[object] = []

    async def leave() -> None:
        inside = InProcessServer()
        inside.add_registered_method_handlers(SERVICE, Service(stream_chat=Stalled().stream_chat).handlers())
        call = Link(inside.channel(), inside).stream_chat(chat())
        await call.read()
        kept.append(call)

    await asyncio.to_thread(asyncio.run, leave())
    kept.clear()


async def end_somehow(link: Link, number: int) -> None:
    ending = number % 8
    if ending == 0:
        await link.get_model(ask())
    elif ending == 1:
        with pytest.raises(grpc.aio.AioRpcError):
            await link.get_model(ask("abort"))
    elif ending == 2:
        link.get_model(ask("stall")).cancel()
    elif ending == 3:
        with pytest.raises(grpc.aio.AioRpcError):
            await link.get_model(ask("stall"), timeout=0.01)
    elif ending == 4:
        assert len([item async for item in link.stream_chat(chat())]) == 20
    elif ending == 5:
        await link.stream_chat(chat()).read()
    elif ending == 6:
        call = link.stream_chat(chat())
        await call.read()
        call.cancel()
    else:
        await link.collect([ask()])


def left_over() -> list[object]:
    return [thing for thing in gc.get_objects() if isinstance(thing, Exchange | InProcessContext)]


async def test_nothing_is_left_of_a_thousand_calls_of_all_endings() -> None:
    async def get_model(request: object, context: Context) -> object:
        if request == ask("abort"):
            await context.abort(grpc.StatusCode.NOT_FOUND)
        if request == ask("stall"):
            await asyncio.Event().wait()
        return answer()

    async def stream_chat(_request: object, _context: Context) -> AsyncIterator[object]:
        for number in range(20):
            yield event(str(number))

    async with linked("inprocess", Service(get_model=get_model, stream_chat=stream_chat)) as link:
        before = len(asyncio.all_tasks())
        await end_somehow(link, 0)
        gc.collect()
        gc.disable()
        try:
            for number in range(1000):
                await end_somehow(link, number)
            await eventually(lambda: len(asyncio.all_tasks()) == before)
            await eventually(lambda: not left_over())
        finally:
            gc.enable()
