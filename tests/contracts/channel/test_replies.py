"""The good case, over every kind of channel: what arrives, in which order, and what the call says then."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest

from tests.fakes.channel_link import Context, Kind, Service, answer, ask, chat, event, linked, names
from weir.v1.model_service_pb2 import GetModelRequest, GetModelResponse

LARGE = 3 * 1024 * 1024


async def test_a_call_that_succeeds_says_so(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.get_model(ask("fast"))
        assert not call.done()
        assert await call == answer("fast")
        assert call.done()
        assert not call.cancelled()
        assert not call.cancel()
        assert call.time_remaining() is None
        assert await call.code() is grpc.StatusCode.OK
        assert await call.details() == ""
        assert await call.debug_error_string() == ""
        assert await call.initial_metadata() == grpc.aio.Metadata()
        assert await call.trailing_metadata() == grpc.aio.Metadata()
        await call.wait_for_connection()


async def test_a_reply_may_be_awaited_twice(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.get_model(ask("fast"))
        assert await call == await call


async def test_calls_are_of_the_librarys_types(kind: Kind) -> None:
    async with linked(kind) as link:
        unary, streamed = link.get_model(ask()), link.stream_chat(chat())
        collecting, talking = link.collect(iter([])), link.talk(iter([]))
        assert isinstance(unary, grpc.aio.UnaryUnaryCall)
        assert isinstance(streamed, grpc.aio.UnaryStreamCall)
        assert isinstance(collecting, grpc.aio.StreamUnaryCall)
        assert isinstance(talking, grpc.aio.StreamStreamCall)
        assert all(isinstance(call, grpc.aio.Call) for call in (unary, streamed, collecting, talking))
        for call in (unary, streamed, collecting, talking):
            call.cancel()


async def test_a_call_that_nobody_awaits_is_served(kind: Kind) -> None:
    served = asyncio.Event()

    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        served.set()
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        link.get_model(ask())
        async with asyncio.timeout(5):
            await served.wait()


async def test_a_stream_can_be_iterated_over(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.stream_chat(chat())
        assert names([item async for item in call]) == ["0", "1", "2"]
        assert call.done()
        assert await call.code() is grpc.StatusCode.OK
        assert [item async for item in call] == []
        assert await call.read() is grpc.aio.EOF


async def test_a_stream_can_be_read_one_by_one(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.stream_chat(chat())
        assert names([await call.read(), await call.read(), await call.read()]) == ["0", "1", "2"]
        assert await call.read() is grpc.aio.EOF
        assert await call.read() is grpc.aio.EOF


async def test_a_stream_is_read_in_one_style_only(kind: Kind) -> None:
    async with linked(kind) as link:
        read = link.stream_chat(chat())
        await read.read()
        with pytest.raises(grpc.aio.UsageError):
            aiter(read)
        iterated = link.stream_chat(chat())
        await anext(aiter(iterated))
        with pytest.raises(grpc.aio.UsageError):
            await iterated.read()
        read.cancel()
        iterated.cancel()


async def test_a_handler_may_write_instead_of_yield(kind: Kind) -> None:
    async def stream_chat(_request: object, context: Context) -> None:
        await context.write(event("a"))
        await context.write(event("b"))

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        assert names([item async for item in link.stream_chat(chat())]) == ["a", "b"]


async def test_a_stream_may_be_empty(kind: Kind) -> None:
    async def stream_chat(_request: object, _context: Context) -> None:
        return

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        assert [item async for item in link.stream_chat(chat())] == []


async def test_a_stream_is_done_only_when_it_is_read(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.stream_chat(chat())
        await call.wait_for_connection()
        assert names([await call.read(), await call.read()]) == ["0", "1"]
        assert not call.done()
        assert names([await call.read()]) == ["2"]
        assert await call.read() is grpc.aio.EOF
        assert call.done()


@pytest.mark.parametrize("count", [0, 1, 100])
async def test_long_streams_arrive_whole_and_in_order(kind: Kind, count: int) -> None:
    async def stream_chat(_request: object, _context: Context) -> AsyncIterator[object]:
        for number in range(count):
            yield event(str(number))

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        assert names([item async for item in link.stream_chat(chat())]) == [str(number) for number in range(count)]


async def test_large_messages_pass(kind: Kind) -> None:
    async def stream_chat(_request: object, _context: Context) -> AsyncIterator[object]:
        yield event("x" * LARGE)
        yield event("y" * LARGE)

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        assert (await link.get_model(ask("n" * LARGE))).model.name == "n" * LARGE
        assert [len(name) for name in names([item async for item in link.stream_chat(chat())])] == [LARGE, LARGE]


async def test_many_calls_run_at_the_same_time(kind: Kind) -> None:
    everybody = asyncio.Event()
    waiting: set[str] = set()

    async def get_model(request: GetModelRequest, _context: Context) -> GetModelResponse:
        waiting.add(request.name)
        if len(waiting) == 200:
            everybody.set()
        await everybody.wait()
        return answer(request.name)

    async with linked(kind, Service(get_model=get_model)) as link, asyncio.timeout(20):
        calls = [link.get_model(ask(str(number))) for number in range(200)]
        assert [(await call).model.name for call in calls] == [str(number) for number in range(200)]


async def test_compression_and_readiness_may_be_asked_for(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> GetModelResponse:
        context.set_compression(grpc.Compression.Gzip)
        context.disable_next_message_compression()
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        assert await link.get_model(ask(), compression=grpc.Compression.Gzip, wait_for_ready=True) == answer()


async def test_call_credentials_are_refused_on_a_plain_channel(kind: Kind) -> None:
    async with linked(kind) as link:
        with pytest.raises(grpc.aio.UsageError):
            link.get_model(ask(), credentials=grpc.access_token_call_credentials("t"))
