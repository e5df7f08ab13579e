"""Cancellation from either side, over every kind of channel: who is told what, and that handlers stop."""

import asyncio
import gc
from collections.abc import AsyncIterator

import grpc
import pytest

from tests.fakes.channel_link import (
    Context,
    Kind,
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
from weir.v1.model_service_pb2 import GetModelResponse


async def test_a_caller_that_cancels_gets_no_status_but_a_cancellation(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(get_model=stalled.get_model)) as link:
        call = link.get_model(ask())
        await happens(stalled.entered)
        assert call.cancel()
        assert not call.cancel()
        assert (call.done(), call.cancelled()) == (True, True)
        with pytest.raises(asyncio.CancelledError):
            await call
        with pytest.raises(asyncio.CancelledError):
            await call.wait_for_connection()
        assert await call.code() is grpc.StatusCode.CANCELLED
        assert await call.details() == "Locally cancelled by application!"
        assert await call.debug_error_string() is None
        assert await call.initial_metadata() == grpc.aio.Metadata()
        assert await call.trailing_metadata() == grpc.aio.Metadata()
        await happens(stalled.cancelled)


async def test_a_call_can_be_cancelled_before_it_is_served(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.get_model(ask())
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await link.get_model(ask()) == answer()


async def test_cancelling_the_waiting_task_cancels_the_call(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(get_model=stalled.get_model)) as link:
        call = link.get_model(ask())

        async def wait() -> None:
            await call

        task = asyncio.create_task(wait())
        await happens(stalled.entered)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert call.cancelled()
        await happens(stalled.cancelled)


async def test_cancelling_who_waits_for_the_connection_cancels_the_call(kind: Kind) -> None:
    stalled = Stalled()

    async def stream_chat(_request: object, _context: Context) -> AsyncIterator[object]:
        await stalled.wait()
        yield event("never")

    async with linked(kind, Service(get_model=stalled.get_model, stream_chat=stream_chat)) as link:
        for call in (link.get_model(ask()), link.stream_chat(chat())):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(call.wait_for_connection(), 0.1)
            assert call.cancelled()


@pytest.mark.parametrize("style", ["read", "iterate"])
async def test_cancelling_half_way_through_a_stream_stops_the_handler(kind: Kind, style: str) -> None:
    stalled = Stalled()
    async with linked(kind, Service(stream_chat=stalled.stream_chat)) as link:
        call = link.stream_chat(chat())
        following = call.read if style == "read" else aiter(call).__anext__
        assert names([await following()]) == ["0"]
        await happens(stalled.entered)
        assert call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following()
        await happens(stalled.cancelled)
        assert await call.code() is grpc.StatusCode.CANCELLED


async def test_an_iteration_that_was_cancelled_ends_quietly_the_second_time(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(stream_chat=stalled.stream_chat)) as link:
        call = link.stream_chat(chat())
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            [item async for item in call]
        assert [item async for item in call] == []


async def test_a_read_that_is_given_up_cancels_the_call(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(stream_chat=stalled.stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.read()
        await call.read()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(call.read(), 0.1)
        assert call.cancelled()
        await happens(stalled.cancelled)


async def test_a_handler_that_waits_for_the_reader_is_stopped_with_the_call(kind: Kind) -> None:
    closed = asyncio.Event()

    async def stream_chat(_request: object, _context: Context) -> AsyncIterator[object]:
        try:
            while True:
                yield event("x" * 100_000)
        finally:
            closed.set()

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.read()
        call.cancel()
        await eventually(lambda: gc.collect() >= 0 and closed.is_set())


async def test_a_handler_that_swallows_its_cancellation_reaches_nobody(kind: Kind) -> None:
    raised: list[type] = []
    over = asyncio.Event()

    async def stream_chat(_request: object, context: Context) -> None:
        context.add_done_callback(lambda _context: over.set())
        await context.write(event("0"))
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            assert not context.done()
            assert not context.cancelled()
        with pytest.raises(grpc.aio.InternalError) as caught:
            await context.write(event("1"))
        raised.append(type(caught.value))
        await context.abort(grpc.StatusCode.NOT_FOUND, "nobody listens")

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.read()
        call.cancel()
        await happens(over)
        assert len(raised) == 1
        assert await call.code() is grpc.StatusCode.CANCELLED


async def test_both_ends_hear_of_the_end(kind: Kind) -> None:
    stalled = Stalled()
    heard: list[object] = []
    handler_over = asyncio.Event()

    async def get_model(request: object, context: Context) -> None:
        context.add_done_callback(lambda over: heard.append(over is context))
        context.add_done_callback(lambda _context: handler_over.set())
        await stalled.get_model(request, context)

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        told: list[object] = []
        call.add_done_callback(told.append)
        await happens(stalled.entered)
        assert (told, heard) == ([], [])
        call.cancel()
        assert told == [call]
        await happens(handler_over)
        assert heard == [True]
        call.add_done_callback(told.append)
        assert told == [call, call]


@pytest.mark.parametrize("fails", [False, True])
async def test_callbacks_run_for_every_end(kind: Kind, fails: bool) -> None:  # noqa: FBT001 # a row of a table
    handler_over = asyncio.Event()

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        context.add_done_callback(lambda over: handler_over.set() if over.done() else None)
        if fails:
            await context.abort(grpc.StatusCode.NOT_FOUND)
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        told: list[object] = []
        call.add_done_callback(told.append)
        await call.code()
        await asyncio.wait([asyncio.ensure_future(handler_over.wait())], timeout=5)
        assert told == [call]
        assert handler_over.is_set()


async def test_a_stream_calls_back_when_it_is_read(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.stream_chat(chat())
        told: list[object] = []
        ended = asyncio.Event()
        call.add_done_callback(told.append)
        call.add_done_callback(lambda _call: ended.set())
        assert len([item async for item in call]) == 3
        await happens(ended)
        assert told == [call]


async def test_a_callback_is_due_although_nobody_keeps_the_call(kind: Kind) -> None:
    go_on = asyncio.Event()
    ended = asyncio.Event()

    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        await go_on.wait()
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        link.get_model(ask()).add_done_callback(lambda _call: ended.set())
        gc.collect()
        go_on.set()
        await happens(ended)
