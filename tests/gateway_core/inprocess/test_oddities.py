"""Where the in-process channel answers what a real one leaves open: odd handlers, odd callers, late words."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import pytest

from gateway_core.inprocess.server import InProcessServer
from tests.fakes.channel_link import (
    SERVICE,
    Context,
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
from weir.v1.model_service_pb2 import GetModelRequest, GetModelResponse


async def test_a_handler_that_cancels_itself_ends_its_call() -> None:
    async def cancel(_request: object, _context: Context) -> None:
        raise asyncio.CancelledError

    async with linked("inprocess", Service(get_model=cancel)) as link:
        call = link.get_model(ask())
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call
        assert caught.value.code() is grpc.StatusCode.CANCELLED


async def test_an_abort_without_an_error_is_one_all_the_same() -> None:
    async def abort(_request: object, context: Context) -> None:
        await context.abort(grpc.StatusCode.OK, "all is well")

    async with linked("inprocess", Service(get_model=abort)) as link:
        assert await link.get_model(ask()).code() is grpc.StatusCode.UNKNOWN


async def test_trailing_metadata_of_the_wrong_type_do_not_leave_the_caller_waiting() -> None:
    async def mislead(_request: object, context: Context) -> GetModelResponse:
        context.set_trailing_metadata((("x-bin", "text"),))
        return answer()

    async with linked("inprocess", Service(get_model=mislead)) as link:
        assert await link.get_model(ask()).details() == "Invalid metadata"


async def test_a_caller_that_expects_another_kind_of_method_is_told() -> None:
    async with linked("inprocess") as link:
        dial: Any = link.channel
        for call in (dial.unary_stream(f"/{SERVICE}/GetModel")(ask()), dial.stream_stream(f"/{SERVICE}/GetModel")()):
            assert await call.code() is grpc.StatusCode.UNIMPLEMENTED
            assert "does not stream as the caller expects" in await call.details()


async def test_functions_that_are_not_asynchronous_run_in_place() -> None:
    def get_one(request: GetModelRequest, _context: Context) -> GetModelResponse:
        return answer(request.name)

    def get_some(_request: object, _context: Context) -> Iterator[object]:
        yield event("0")
        yield event("1")

    async with linked("inprocess", Service(get_model=get_one, stream_chat=get_some)) as link:
        assert await link.get_model(ask("fast")) == answer("fast")
        assert names([item async for item in link.stream_chat(chat())]) == ["0", "1"]


async def test_an_asynchronous_iterator_need_not_be_a_generator() -> None:
    class Once(AsyncIterator[object]):
        def __init__(self) -> None:
            self.left = [event("0")]

        async def __anext__(self) -> object:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop()

    def stream_chat(_request: object, _context: Context) -> Once:
        return Once()

    async with linked("inprocess", Service(stream_chat=stream_chat)) as link:
        assert names([item async for item in link.stream_chat(chat())]) == ["0"]


async def test_a_method_with_one_reply_has_nothing_to_write_and_one_request_to_read() -> None:
    async def get_one(_request: object, context: Context) -> GetModelResponse:
        with pytest.raises(grpc.aio.UsageError):
            await context.write(answer())
        assert await context.read() is grpc.aio.EOF
        return answer()

    async with linked("inprocess", Service(get_model=get_one)) as link:
        assert await link.get_model(ask()) == answer()


async def test_two_tasks_cannot_read_the_same_stream_at_once() -> None:
    stalled = Stalled()
    async with linked("inprocess", Service(stream_chat=stalled.stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.read()
        await call.read()
        await happens(stalled.entered)
        first = asyncio.create_task(call.read())
        await asyncio.sleep(0)
        with pytest.raises(grpc.aio.InternalError):
            await call.read()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_initial_metadata_that_nobody_awaits_any_more_are_refused() -> None:
    raised = asyncio.Event()

    async def get_one(_request: object, context: Context) -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            with pytest.raises(grpc.aio.InternalError):
                await context.send_initial_metadata(())
            raised.set()

    async with linked("inprocess", Service(get_model=get_one)) as link:
        call = link.get_model(ask())
        await asyncio.sleep(0)
        call.cancel()
        await happens(raised)


async def test_a_call_says_what_it_is() -> None:
    async with linked("inprocess") as link:
        call = link.get_model(ask())
        assert repr(call) == f"<UnaryUnaryCall /{SERVICE}/GetModel running>"
        await call
        assert repr(call) == f"<UnaryUnaryCall /{SERVICE}/GetModel OK ''>"


async def answer_early(_requests: object, context: Context) -> None:
    await context.write(answer("early"))


async def test_requests_after_the_handlers_end_go_nowhere() -> None:
    async with linked("inprocess", Service(talk=answer_early)) as link:
        call = link.talk()
        for _ in range(20):
            await call.write(ask())
            await asyncio.sleep(0)
        assert await call.read() == answer("early")
        assert await call.read() is grpc.aio.EOF


@pytest.mark.parametrize("asynchronous", [True, False])
async def test_an_endless_iterator_is_left_when_the_handler_ends(asynchronous: bool) -> None:  # noqa: FBT001 # a row of a table
    sent: list[int] = []

    def endless() -> Iterator[GetModelRequest]:
        while True:
            sent.append(1)
            yield ask()

    async def endless_too() -> AsyncIterator[GetModelRequest]:
        for request in endless():
            yield request

    async with linked("inprocess", Service(talk=answer_early)) as link:
        call = link.talk(endless_too() if asynchronous else endless())
        for _ in range(20):
            await asyncio.sleep(0)
        assert 0 < len(sent) < 50
        assert await call.read() == answer("early")
        assert await call.read() is grpc.aio.EOF


async def test_messages_that_are_bytes_have_a_size_and_others_have_none() -> None:
    async def echo(request: object, _context: Context) -> object:
        return request

    server = InProcessServer(maximum_message_bytes=10)
    server.add_registered_method_handlers("s", {"Echo": grpc.unary_unary_rpc_method_handler(echo)})
    call: Any = server.channel().unary_unary("/s/Echo")
    assert await call(b"x" * 10) == b"x" * 10
    assert await call(["x" * 100]) == ["x" * 100]
    assert await call(b"x" * 11).code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_a_context_is_of_no_use_after_the_end() -> None:
    contexts: list[Context] = []

    async def stream_chat(_request: object, context: Context) -> None:
        contexts.append(context)
        await context.write(event("0"))

    async with linked("inprocess", Service(stream_chat=stream_chat)) as link:
        assert len([item async for item in link.stream_chat(chat())]) == 1
        for late in (contexts[0].write(event("1")), contexts[0].read(), contexts[0].send_initial_metadata(())):
            with pytest.raises(grpc.aio.UsageError, match="already finished"):
                await late
