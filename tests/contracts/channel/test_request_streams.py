"""Streams of requests, over every kind of channel: written by hand or taken from an iterator."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest

from tests.fakes.channel_link import Context, Kind, Service, Stalled, answer, ask, happens, linked
from weir.v1.model_service_pb2 import GetModelRequest, GetModelResponse


async def given(*sent: str) -> AsyncIterator[GetModelRequest]:
    for name in sent:
        yield ask(name)


async def test_requests_come_from_an_iterator(kind: Kind) -> None:
    async with linked(kind) as link:
        assert await link.collect(iter([ask("a"), ask("b")])) == answer("a,b")
        assert await link.collect([ask("a"), ask("b")]) == answer("a,b")
        assert await link.collect(given("a", "b")) == answer("a,b")
        assert await link.collect(iter([])) == answer("")
        assert [item.model.name async for item in link.talk(given("a", "b"))] == ["a", "b"]


async def test_many_requests_arrive_in_order(kind: Kind) -> None:
    sent = [str(number) for number in range(100)]
    async with linked(kind) as link:
        assert await link.collect(given(*sent)) == answer(",".join(sent))
        assert [item.model.name async for item in link.talk(given(*sent))] == sent


async def test_requests_are_written_by_hand(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.collect()
        await call.wait_for_connection()
        await call.write(ask("a"))
        await call.write(ask("b"))
        await call.done_writing()
        await call.done_writing()
        with pytest.raises(asyncio.InvalidStateError, match="half closed"):
            await call.write(ask("c"))
        assert await call == answer("a,b")
        with pytest.raises(asyncio.InvalidStateError, match="already finished"):
            await call.write(ask("c"))
        await call.done_writing()
        await call.wait_for_connection()


async def test_many_requests_are_written_by_hand(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.collect()
        for number in range(50):
            await call.write(ask(str(number)))
        await call.done_writing()
        assert await call == answer(",".join(map(str, range(50))))


async def test_requests_and_replies_take_turns(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.talk()
        for name in ("a", "b", "c"):
            await call.write(ask(name))
            assert await call.read() == answer(name)
        await call.done_writing()
        assert await call.read() is grpc.aio.EOF
        assert await call.code() is grpc.StatusCode.OK


async def test_requests_come_in_one_style_only(kind: Kind) -> None:
    async with linked(kind) as link:
        call = link.collect(given("a"))
        with pytest.raises(grpc.aio.UsageError):
            await call.write(ask("b"))
        with pytest.raises(grpc.aio.UsageError):
            await call.done_writing()
        assert await call == answer("a")


async def test_a_handler_may_read_instead_of_iterate(kind: Kind) -> None:
    async def collect(_requests: object, context: Context) -> GetModelResponse:
        got: list[str] = []
        while True:
            request: object = await context.read()
            if request is grpc.aio.EOF:
                break
            assert isinstance(request, GetModelRequest)
            got.append(request.name)
        again: object = await context.read()
        assert again is grpc.aio.EOF
        return answer(",".join(got))

    async with linked(kind, Service(collect=collect)) as link:
        assert await link.collect(given("a", "b")) == answer("a,b")


async def test_an_iterator_that_fails_cancels_the_call(kind: Kind) -> None:
    async def failing() -> AsyncIterator[GetModelRequest]:
        yield ask("a")
        raise ValueError("the caller's own fault")

    async with linked(kind) as link:
        call = link.collect(failing())
        with pytest.raises(asyncio.CancelledError):
            await call
        assert await call.code() is grpc.StatusCode.CANCELLED
        assert await call.details() == "Locally cancelled by application!"


async def test_a_handler_may_answer_before_it_has_read_everything(kind: Kind) -> None:
    async def collect(_requests: object, _context: Context) -> GetModelResponse:
        return answer("early")

    async with linked(kind, Service(collect=collect)) as link:
        by_hand = link.collect()
        assert await by_hand == answer("early")
        with pytest.raises(asyncio.InvalidStateError):
            await by_hand.write(ask())
        released = asyncio.Event()

        async def endless() -> AsyncIterator[GetModelRequest]:
            while not released.is_set():
                yield ask()
                await asyncio.sleep(0)

        assert await link.collect(endless()) == answer("early")
        released.set()


async def test_a_handler_may_fail_before_it_has_read_anything(kind: Kind) -> None:
    async def collect(_requests: object, context: Context) -> None:
        await context.abort(grpc.StatusCode.NOT_FOUND, "early")

    async with linked(kind, Service(collect=collect)) as link:
        call = link.collect()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.NOT_FOUND
        with pytest.raises(asyncio.InvalidStateError):
            await call.write(ask())
        with pytest.raises(grpc.aio.AioRpcError):
            await call.wait_for_connection()


async def test_cancelling_a_stream_of_requests_stops_the_handler(kind: Kind) -> None:
    stalled = Stalled()

    async def collect(requests: AsyncIterator[object], _context: Context) -> None:
        await anext(requests)
        await stalled.wait()

    async with linked(kind, Service(collect=collect)) as link:
        call = link.collect()
        await call.write(ask())
        await happens(stalled.entered)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await happens(stalled.cancelled)
        with pytest.raises(asyncio.InvalidStateError):
            await call.write(ask())


async def test_a_write_that_is_given_up_cancels_the_call(kind: Kind) -> None:
    stalled = Stalled()

    async def collect(_requests: object, _context: Context) -> None:
        await stalled.wait()

    async with linked(kind, Service(collect=collect)) as link:
        call = link.collect()

        async def flood() -> None:
            while True:
                await call.write(ask("n" * 200_000))

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(flood(), 0.5)
        assert call.cancelled()
        await happens(stalled.cancelled)


async def test_a_write_that_waits_ends_with_the_call(kind: Kind) -> None:
    stalled = Stalled()

    async def collect(_requests: object, _context: Context) -> None:
        await stalled.wait()

    async with linked(kind, Service(collect=collect)) as link:
        call = link.collect(timeout=0.5)

        async def flood() -> None:
            while True:
                await call.write(ask("n" * 200_000))

        with pytest.raises((grpc.aio.AioRpcError, asyncio.InvalidStateError)):
            await flood()
        assert await call.code() is not grpc.StatusCode.OK
