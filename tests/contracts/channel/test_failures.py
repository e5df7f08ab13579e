"""How calls fail, over every kind of channel: aborts, faults, unknown methods."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Any

import grpc
import pytest
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from tests.fakes.channel_link import (
    SERVICE,
    Behaviour,
    Context,
    Kind,
    Service,
    answer,
    ask,
    chat,
    event,
    linked,
    names,
    read_into,
)
from tests.fakes.eventually import eventually
from weir.v1.chat_service_pb2 import StreamChatCompletionResponse
from weir.v1.model_service_pb2 import GetModelResponse

NO_MESSAGE = (
    "descriptor 'SerializeToString' for 'google._upb._message.Message' objects doesn't apply to a 'NoneType' object"
)


async def failure(call: Awaitable[object]) -> grpc.aio.AioRpcError:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


async def abort(_request: object, context: Context) -> None:
    await context.abort(grpc.StatusCode.NOT_FOUND, "no such model", (("x-hint", "slow"), ("x-raw-bin", b"\x00\xff")))


async def fail(_request: object, _context: Context) -> None:
    raise ValueError("boom")


async def fail_with_code(_request: object, context: Context) -> None:
    context.set_code(grpc.StatusCode.ABORTED)
    context.set_details("lost with the fault")
    raise ValueError("boom")


async def set_code(_request: object, context: Context) -> GetModelResponse:
    context.set_code(grpc.StatusCode.NOT_FOUND)
    context.set_details("no such model")
    return answer()


async def set_number(_request: object, context: Context) -> GetModelResponse:
    number: object = 5
    context.set_code(number)
    return answer()


async def set_nonsense(_request: object, context: Context) -> GetModelResponse:
    nonsense: object = "no code"
    context.set_code(nonsense)
    return answer()


async def abort_after_set(_request: object, context: Context) -> None:
    context.set_trailing_metadata((("x-set", "before"),))
    context.set_details("set before")
    await context.abort(grpc.StatusCode.NOT_FOUND)


async def raise_a_foreign_abort(_request: object, _context: Context) -> None:
    raise grpc.aio.AbortError("not from the context")


async def answer_nothing(_request: object, _context: Context) -> None:
    return None


def not_implemented(_request: object, context: Context) -> None:
    context.set_code(grpc.StatusCode.UNIMPLEMENTED)
    context.set_details("Method not implemented!")
    raise NotImplementedError("Method not implemented!")


@pytest.mark.parametrize(
    ("behaviour", "code", "details"),
    [
        (abort, grpc.StatusCode.NOT_FOUND, "no such model"),
        (fail, grpc.StatusCode.UNKNOWN, "Unexpected <class 'ValueError'>: boom"),
        (fail_with_code, grpc.StatusCode.ABORTED, "Unexpected <class 'ValueError'>: boom"),
        (set_code, grpc.StatusCode.NOT_FOUND, "no such model"),
        (set_number, grpc.StatusCode.NOT_FOUND, ""),
        (set_nonsense, grpc.StatusCode.UNKNOWN, ""),
        (abort_after_set, grpc.StatusCode.NOT_FOUND, "set before"),
        (
            raise_a_foreign_abort,
            grpc.StatusCode.UNKNOWN,
            "Unexpected <class 'AssertionError'>: Abort error has been replaced!",
        ),
        (
            answer_nothing,
            grpc.StatusCode.UNKNOWN,
            f"Unexpected <class 'TypeError'>: {NO_MESSAGE}",
        ),
        (
            not_implemented,
            grpc.StatusCode.UNIMPLEMENTED,
            "Unexpected <class 'NotImplementedError'>: Method not implemented!",
        ),
    ],
)
async def test_the_status_says_what_went_wrong(
    kind: Kind, behaviour: Behaviour, code: grpc.StatusCode, details: str
) -> None:
    async with linked(kind, Service(get_model=behaviour)) as link:
        call = link.get_model(ask())
        error = await failure(call)
        assert (error.code(), error.details()) == (code, details)
        assert (await call.code(), await call.details()) == (code, details)
        assert call.done()
        assert not call.cancelled()
        assert str(code.name) in (error.debug_error_string() or "")
        assert await call.debug_error_string() == error.debug_error_string()
        await failure(call.wait_for_connection())


async def test_an_error_carries_both_kinds_of_metadata(kind: Kind) -> None:
    async def get_model(request: object, context: Context) -> None:
        await context.send_initial_metadata((("x-early", "1"),))
        await abort(request, context)

    async with linked(kind, Service(get_model=get_model)) as link:
        error = await failure(link.get_model(ask()))
        assert tuple(error.initial_metadata()) == (("x-early", "1"),)
        assert tuple(error.trailing_metadata()) == (("x-hint", "slow"), ("x-raw-bin", b"\x00\xff"))


async def test_details_may_hold_any_text(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> None:
        await context.abort(grpc.StatusCode.NOT_FOUND, "größer als 100 %\nzweite Zeile")

    async with linked(kind, Service(get_model=get_model)) as link:
        assert (await failure(link.get_model(ask()))).details() == "größer als 100 %\nzweite Zeile"


async def test_a_rich_status_arrives_whole(kind: Kind) -> None:
    info = error_details_pb2.ErrorInfo(reason="MODEL_NOT_FOUND", domain="weir")
    rich = status_pb2.Status(code=code_pb2.NOT_FOUND, message="no such model")
    rich.details.add().Pack(info)

    async def get_model(_request: object, context: Context) -> None:
        await context.abort_with_status(rpc_status.to_status(rich))

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        error = await failure(call)
        assert rpc_status.from_call(error) == rich
        assert await rpc_status.aio.from_call(call) == rich


async def test_swallowing_an_abort_does_not_undo_it(kind: Kind) -> None:
    seen: list[object] = []

    async def get_model(request: object, context: Context) -> GetModelResponse:
        with pytest.raises(grpc.aio.AbortError):
            await abort(request, context)
        with pytest.raises(grpc.aio.UsageError):
            await abort(request, context)
        with pytest.raises(grpc.aio.AbortError):
            await context.send_initial_metadata(())
        seen.extend((context.done(), context.code(), context.details()))
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        error = await failure(link.get_model(ask()))
        assert (error.code(), error.details()) == (grpc.StatusCode.NOT_FOUND, "no such model")
        await eventually(lambda: bool(seen))
    assert seen == [True, grpc.StatusCode.NOT_FOUND, "no such model"]


async def test_trailing_metadata_of_an_abort_are_a_tuple(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> None:
        await context.abort(grpc.StatusCode.NOT_FOUND, "", [("x-hint", "slow")])

    async with linked(kind, Service(get_model=get_model)) as link:
        error = await failure(link.get_model(ask()))
        assert error.code() is grpc.StatusCode.UNKNOWN
        assert "'trailing_metadata' has incorrect type (expected tuple, got list)" in (error.details() or "")


@pytest.mark.parametrize("ending", [abort, fail, set_code])
async def test_an_error_after_the_first_message_comes_after_it(kind: Kind, ending: Behaviour) -> None:
    async def stream_chat(request: object, context: Context) -> AsyncIterator[object]:
        yield event("0")
        yield event("1")
        await ending(request, context)

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        got: list[StreamChatCompletionResponse] = []
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await read_into(got, call)
        assert names(got) == ["0", "1"]
        assert caught.value.code() is await call.code()
        assert caught.value.code() is not grpc.StatusCode.OK
        assert [item async for item in call] == []
        await failure(call.read())
        await failure(call.wait_for_connection())


async def test_an_error_of_a_stream_that_is_read_is_raised_each_time(kind: Kind) -> None:
    async def stream_chat(request: object, context: Context) -> AsyncIterator[object]:
        yield event("0")
        await abort(request, context)

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        assert names([await call.read()]) == ["0"]
        assert (await failure(call.read())).code() is grpc.StatusCode.NOT_FOUND
        assert (await failure(call.read())).code() is grpc.StatusCode.NOT_FOUND


async def test_a_generator_that_swallows_its_abort_is_closed(kind: Kind) -> None:
    closed = asyncio.Event()

    async def stream_chat(request: object, context: Context) -> AsyncIterator[object]:
        try:
            yield event("0")
            with pytest.raises(grpc.aio.AbortError):
                await abort(request, context)
            yield event("1")
        finally:
            closed.set()

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        assert names([await call.read()]) == ["0"]
        assert (await failure(call.read())).code() is grpc.StatusCode.NOT_FOUND
        async with asyncio.timeout(5):
            await closed.wait()


async def test_an_unknown_method_is_not_implemented(kind: Kind) -> None:
    async with linked(kind) as link:
        dial: Any = link.channel
        for method in (f"/{SERVICE}/Nothing", "/nobody/GetModel", "no slash"):
            error = await failure(dial.unary_unary(method)(b""))
            assert (error.code(), error.details()) == (grpc.StatusCode.UNIMPLEMENTED, "Method not found!")
        streamed = dial.unary_stream(f"/{SERVICE}/Nothing")(b"")
        assert (await failure(streamed.read())).code() is grpc.StatusCode.UNIMPLEMENTED
        collected = dial.stream_unary(f"/{SERVICE}/Nothing")(iter([b""]))
        assert (await failure(collected)).code() is grpc.StatusCode.UNIMPLEMENTED
