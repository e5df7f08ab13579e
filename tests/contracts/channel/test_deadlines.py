"""Deadlines, over every kind of channel: both ends know the time that is left, and both ends stop when it is over."""

import asyncio

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
    happens,
    linked,
    names,
    read_into,
)
from weir.v1.chat_service_pb2 import StreamChatCompletionResponse
from weir.v1.model_service_pb2 import GetModelResponse


async def test_both_ends_know_the_time_that_is_left(kind: Kind) -> None:
    left: list[float] = []

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        left.append(context.time_remaining())
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask(), timeout=30)
        await call
        assert 25 < left[0] < 31
        assert 25 < call.time_remaining() <= 30


async def test_without_a_deadline_there_is_no_time_left_to_tell(kind: Kind) -> None:
    left: list[float | None] = []

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        left.append(context.time_remaining())
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        await call
        assert (left, call.time_remaining()) == ([None], None)


async def test_a_call_that_takes_too_long_is_ended_at_both_ends(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(get_model=stalled.get_model)) as link:
        call = link.get_model(ask(), timeout=0.2)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert caught.value.details() == "Deadline Exceeded"
        assert (call.done(), call.cancelled(), call.time_remaining()) == (True, False, 0)
        await happens(stalled.cancelled)


async def test_a_stream_that_takes_too_long_is_ended_at_both_ends(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(stream_chat=stalled.stream_chat)) as link:
        call = link.stream_chat(chat(), timeout=0.2)
        got: list[StreamChatCompletionResponse] = []
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await read_into(got, call)
        assert names(got) == ["0", "1"]
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        assert "Deadline Exceeded" in (caught.value.details() or "")
        await happens(stalled.cancelled)


async def test_what_was_not_read_when_the_time_is_over_is_lost(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(stream_chat=stalled.stream_chat)) as link:
        call = link.stream_chat(chat(), timeout=0.2)
        ended = asyncio.Event()
        call.add_done_callback(lambda _call: ended.set())
        await happens(ended)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_stream_of_requests_has_a_deadline_too(kind: Kind) -> None:
    async with linked(kind) as link:
        for call in (link.collect(timeout=0.1), link.talk(timeout=0.1)):
            assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
            with pytest.raises(asyncio.InvalidStateError):
                await call.write(ask())


async def test_a_deadline_in_the_past_ends_the_call(kind: Kind) -> None:
    async with linked(kind) as link:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.get_model(ask(), timeout=-1)
        assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED


async def test_a_handler_that_ignores_the_deadline_reaches_nobody(kind: Kind) -> None:
    seen: list[object] = []
    over = asyncio.Event()

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        context.add_done_callback(lambda _context: over.set())
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append(context.time_remaining())
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask(), timeout=0.2)
        assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
        await happens(over)
        assert seen == [0]
        assert await call.code() is grpc.StatusCode.DEADLINE_EXCEEDED
