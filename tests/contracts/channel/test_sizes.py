"""The largest message, over every kind of channel: what is larger ends the call, at whichever end it is noticed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

import grpc
import pytest

from tests.fakes.channel_link import Context, Kind, Service, answer, ask, chat, event, linked, names
from weir.v1.model_service_pb2 import GetModelResponse


async def failure(call: Awaitable[object]) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def test_a_request_that_is_too_large_is_refused(kind: Kind) -> None:
    served = False

    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        nonlocal served
        served = True
        return answer()

    async with linked(kind, Service(get_model=get_model), maximum=1000) as link:
        request = ask("n" * 1000)
        error = await failure(link.get_model(request))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert error.details() == f"SERVER: Received message larger than max ({request.ByteSize()} vs. 1000)"
        assert not served
        fits = ask("n" * (1000 - (request.ByteSize() - 1000)))
        assert fits.ByteSize() == 1000
        assert await link.get_model(fits) == answer()


async def test_a_reply_that_is_too_large_is_refused(kind: Kind) -> None:
    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        return answer("n" * 1000)

    async with linked(kind, Service(get_model=get_model), maximum=1000) as link:
        error = await failure(link.get_model(ask()))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "CLIENT: Received message larger than max" in (error.details() or "")


async def test_a_streamed_reply_that_is_too_large_ends_the_stream(kind: Kind) -> None:
    ended = asyncio.Event()

    async def stream_chat(_request: object, context: Context) -> AsyncIterator[object]:
        context.add_done_callback(lambda _context: ended.set())
        yield event("0")
        yield event("x" * 1000)
        await asyncio.Event().wait()

    async with linked(kind, Service(stream_chat=stream_chat), maximum=1000) as link:
        call = link.stream_chat(chat())
        assert names([await call.read()]) == ["0"]
        assert (await failure(call.read())).code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        async with asyncio.timeout(5):
            await ended.wait()


async def test_a_streamed_request_that_is_too_large_ends_the_call(kind: Kind) -> None:
    async with linked(kind, maximum=1000) as link:
        error = await failure(link.collect(iter([ask("n"), ask("n" * 1000)])))
        assert error.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert "SERVER: Received message larger than max" in (error.details() or "")
