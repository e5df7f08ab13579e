"""Opening, closing and stopping, over every kind of channel."""

import asyncio

import grpc
import pytest

from tests.fakes.channel_link import (
    Context,
    Kind,
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
from weir.v1.model_service_pb2 import GetModelResponse

READY = grpc.ChannelConnectivity.READY


async def test_a_channel_becomes_ready_and_shuts_down(kind: Kind) -> None:
    async with linked(kind) as link:
        assert isinstance(link.channel, grpc.aio.Channel)
        await asyncio.wait_for(link.channel.channel_ready(), 5)
        assert link.channel.get_state(try_to_connect=True) is READY
        watching = asyncio.create_task(link.channel.wait_for_state_change(READY))
        await asyncio.sleep(0)
        await link.channel.close()
        await asyncio.wait_for(watching, 5)
        assert link.channel.get_state() is grpc.ChannelConnectivity.SHUTDOWN
        await link.channel.close()
        with pytest.raises(grpc.aio.UsageError):
            await link.channel.wait_for_state_change(READY)
        with pytest.raises(grpc.aio.UsageError):
            await link.channel.channel_ready()


async def test_a_closed_channel_takes_no_calls(kind: Kind) -> None:
    async with linked(kind) as link:
        assert await link.get_model(ask()) == answer()
        await link.channel.close()
        for begin in (link.get_model, link.stream_chat, link.collect, link.talk):
            with pytest.raises(grpc.aio.UsageError, match="Channel is closed"):
                begin(None)


async def test_closing_cancels_the_running_calls(kind: Kind) -> None:
    unary, streamed = Stalled(), Stalled()
    async with linked(kind, Service(get_model=unary.get_model, stream_chat=streamed.stream_chat)) as link:
        call, stream = link.get_model(ask()), link.stream_chat(chat())
        await stream.read()
        await happens(unary.entered)
        await happens(streamed.entered)
        await link.channel.close()
        assert (call.cancelled(), stream.cancelled()) == (True, True)
        with pytest.raises(asyncio.CancelledError):
            await call
        with pytest.raises(asyncio.CancelledError):
            await stream.read()
        await happens(unary.cancelled)
        await happens(streamed.cancelled)


async def test_leaving_a_channel_closes_it(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(get_model=stalled.get_model)) as link:
        async with link.channel as channel:
            assert channel is link.channel
            call = link.get_model(ask())
            await happens(stalled.entered)
        with pytest.raises(asyncio.CancelledError):
            await call


async def test_closing_with_grace_lets_calls_end(kind: Kind) -> None:
    go_on, entered = asyncio.Event(), asyncio.Event()

    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        entered.set()
        await go_on.wait()
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        await happens(entered)
        closing = asyncio.create_task(link.channel.close(5))
        await asyncio.sleep(0)
        with pytest.raises(grpc.aio.UsageError):
            link.get_model(ask())
        go_on.set()
        await asyncio.wait_for(closing, 2)
        assert await call == answer()


async def test_closing_with_grace_cancels_in_the_end(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(get_model=stalled.get_model)) as link:
        call = link.get_model(ask())
        await happens(stalled.entered)
        await link.channel.close(0.05)
        assert call.cancelled()
        await happens(stalled.cancelled)


async def test_grace_is_not_negative(kind: Kind) -> None:
    async with linked(kind) as link:
        with pytest.raises(ValueError, match="grace"):
            await link.channel.close(-1)


async def stop_while_running(link: Link, unary: Stalled, streamed: Stalled, grace: float | None) -> None:
    call, stream = link.get_model(ask()), link.stream_chat(chat())
    assert names([await stream.read()]) == ["0"]
    await happens(unary.entered)
    await happens(streamed.entered)
    await asyncio.wait_for(link.server.stop(grace), 5)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.UNAVAILABLE, "Cancelling all calls")
    assert names([await stream.read()]) == ["1"]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stream.read()
    assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


@pytest.mark.parametrize("grace", [None, 0.1])
async def test_a_server_that_stops_cancels_what_still_runs(kind: Kind, grace: float | None) -> None:
    unary, streamed = Stalled(), Stalled()
    async with linked(kind, Service(get_model=unary.get_model, stream_chat=streamed.stream_chat)) as link:
        await stop_while_running(link, unary, streamed, grace)
        await happens(unary.cancelled)
        await happens(streamed.cancelled)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.get_model(ask())
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.stream_chat(chat()).read()
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE
        await link.server.stop(None)
        assert not await link.server.wait_for_termination(1)


async def test_a_server_that_stops_lets_calls_end_within_the_grace_period(kind: Kind) -> None:
    go_on, entered = asyncio.Event(), asyncio.Event()

    async def stream_chat(_request: object, context: Context) -> None:
        await context.write(event("0"))
        entered.set()
        await go_on.wait()
        await context.write(event("1"))

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.wait_for_connection()
        await happens(entered)
        stopping = asyncio.create_task(link.server.stop(5))
        await asyncio.sleep(0)
        assert await link.server.wait_for_termination(0.01)
        go_on.set()
        assert names([item async for item in call]) == ["0", "1"]
        await asyncio.wait_for(stopping, 2)


async def test_a_second_stop_may_be_more_urgent(kind: Kind) -> None:
    stalled = Stalled()
    async with linked(kind, Service(get_model=stalled.get_model)) as link:
        call = link.get_model(ask())
        await happens(stalled.entered)
        patient = asyncio.create_task(link.server.stop(30))
        await asyncio.sleep(0)
        await asyncio.wait_for(link.server.stop(None), 5)
        await asyncio.wait_for(patient, 5)
        assert await call.code() is grpc.StatusCode.UNAVAILABLE
