"""Server interceptors, over every kind of channel: their order, what they see, and what they may do."""

from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

import grpc
import pytest

from tests.fakes.channel_link import SERVICE, Context, Kind, Service, answer, ask, chat, event, linked, names
from weir.v1.model_service_pb2 import GetModelRequest, GetModelResponse

Handler = Any
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Handler]]

AROUND: ContextVar[str] = ContextVar("AROUND", default="unset")


class Noting(grpc.aio.ServerInterceptor):
    """Notes when it is asked, and what about."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name = name
        self.notes = notes

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """Notes, goes on and notes."""
        self.notes.append(f"{self.name} {handler_call_details.method}")
        handler = await continuation(handler_call_details)
        self.notes.append(f"{self.name} back")
        return handler


class Refusing(grpc.aio.ServerInterceptor):
    """Lets no call pass that does not carry a key."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """Goes on or refuses."""
        if ("x-key", "right") in [tuple(pair) for pair in handler_call_details.invocation_metadata]:
            return await continuation(handler_call_details)
        return grpc.unary_unary_rpc_method_handler(self.refuse)

    async def refuse(self, _request: object, context: Context) -> None:
        """Refuses."""
        await context.abort(grpc.StatusCode.UNAUTHENTICATED, "no key")


class Setting(grpc.aio.ServerInterceptor):
    """Sets a context variable for the handler."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """Sets and goes on."""
        AROUND.set("set by the interceptor")
        return await continuation(handler_call_details)


class Blind(grpc.aio.ServerInterceptor):
    """Serves nothing."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """Finds nothing."""
        del continuation, handler_call_details


class Broken(grpc.aio.ServerInterceptor):
    """Fails."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """Fails."""
        raise ValueError("broken")


class Shouting(grpc.aio.ServerInterceptor):
    """Wraps the handler, as one that counts or authenticates would."""

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """Goes on and wraps."""
        handler = await continuation(handler_call_details)

        async def shout(request: GetModelRequest, context: Context) -> GetModelResponse:
            reply: GetModelResponse = await handler.unary_unary(request, context)
            return answer(reply.model.name.upper())

        return grpc.unary_unary_rpc_method_handler(shout, handler.request_deserializer, handler.response_serializer)


async def test_interceptors_are_asked_in_order_for_every_call(kind: Kind) -> None:
    notes: list[str] = []
    async with linked(kind, interceptors=[Noting("first", notes), Noting("second", notes)]) as link:
        once = [f"first /{SERVICE}/GetModel", f"second /{SERVICE}/GetModel", "second back", "first back"]
        await link.get_model(ask())
        assert notes == once
        await link.get_model(ask())
        assert notes == once + once


async def test_an_interceptor_may_refuse_by_what_it_sees_of_the_call(kind: Kind) -> None:
    notes: list[str] = []
    async with linked(kind, interceptors=[Refusing(), Noting("behind", notes)]) as link:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.get_model(ask())
        assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.UNAUTHENTICATED, "no key")
        assert notes == []
        assert await link.get_model(ask(), metadata=(("x-key", "right"),)) == answer()
        with pytest.raises(grpc.aio.AioRpcError):
            await link.get_model(ask(), metadata=(("x-key", "wrong"),))


async def test_an_interceptor_may_wrap_the_handler(kind: Kind) -> None:
    async with linked(kind, interceptors=[Shouting()]) as link:
        assert await link.get_model(ask("fast")) == answer("FAST")


async def test_an_interceptor_that_serves_nothing_leaves_the_method_unknown(kind: Kind) -> None:
    async with linked(kind, interceptors=[Blind()]) as link:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.get_model(ask())
        assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.UNIMPLEMENTED, "Method not found!")


async def test_an_interceptor_that_fails_fails_the_call(kind: Kind) -> None:
    async with linked(kind, interceptors=[Broken()]) as link:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.get_model(ask())
        assert caught.value.code() is grpc.StatusCode.UNKNOWN
        assert caught.value.details() == "Unexpected <class 'ValueError'>: broken"


async def test_an_interceptor_is_asked_about_unknown_methods_too(kind: Kind) -> None:
    notes: list[str] = []
    async with linked(kind, interceptors=[Noting("first", notes)]) as link:
        dial: Any = link.channel
        with pytest.raises(grpc.aio.AioRpcError):
            await dial.unary_unary("/nobody/Nothing")(b"")
        assert notes == ["first /nobody/Nothing", "first back"]


async def test_context_variables_set_by_an_interceptor_reach_the_handler_and_nobody_else(kind: Kind) -> None:
    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        seen = AROUND.get()
        AROUND.set("set by the handler")
        return answer(seen)

    async def stream_chat(_request: object, context: Context) -> None:
        await context.write(event(AROUND.get()))

    async with linked(kind, Service(get_model=get_model, stream_chat=stream_chat), interceptors=[Setting()]) as link:
        assert await link.get_model(ask()) == answer("set by the interceptor")
        assert await link.get_model(ask()) == answer("set by the interceptor")
        assert names([item async for item in link.stream_chat(chat())]) == ["set by the interceptor"]
        assert AROUND.get() == "unset"


async def test_context_variables_of_the_caller_do_not_reach_the_handler(kind: Kind) -> None:
    async def get_model(_request: object, _context: Context) -> GetModelResponse:
        return answer(AROUND.get())

    async with linked(kind, Service(get_model=get_model)) as link:
        AROUND.set("set by the caller")
        assert await link.get_model(ask()) == answer("unset")


async def test_only_server_interceptors_are_taken(kind: Kind) -> None:
    nothing: Any = object()
    with pytest.raises(ValueError, match="ServerInterceptor"):
        async with linked(kind, interceptors=[nothing]):
            pass
