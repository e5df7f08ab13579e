"""What interceptors are made of: they wrap each handler once, most of them with a context manager around the rpc."""

import inspect
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, TypeAlias, cast

import grpc

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"
MaybeHandler: TypeAlias = "grpc.RpcMethodHandler[Any, Any] | None"
Pairs: TypeAlias = Sequence[tuple[str, str | bytes]]
Behavior: TypeAlias = Callable[[Any, Context], Any]


class Wrapping(grpc.aio.ServerInterceptor, ABC):
    """An interceptor that wraps each handler once and keeps the wrapped one."""

    per_method = True
    """Tells the in-process channel that the wrapped handler depends on the method alone."""

    def __init__(self) -> None:
        """Starts with nothing wrapped."""
        self._wrapped: dict[str, tuple[Handler, Handler]] = {}

    @abstractmethod
    def wrap(self, handler: Handler, method: str) -> Handler:
        """Gives the handler that takes the place of this one."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[MaybeHandler]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> MaybeHandler:
        """Wraps the handler; a method nobody handles passes as it is."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method
        known = self._wrapped.get(method)
        if known is not None and known[0] is handler:
            return known[1]
        wrapped = self.wrap(handler, method)
        self._wrapped[method] = (handler, wrapped)
        return wrapped


class Around(Wrapping):
    """An interceptor that is entered before each rpc and left behind it."""

    @abstractmethod
    def around(self, method: str, context: Context) -> AbstractAsyncContextManager[object]:
        """Gives what is entered before the rpc and left behind it, with the error if there is one."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """Puts the handler inside."""
        make, behavior = parts_of(handler)
        return make(
            self._wrap_behavior(behavior, method),
            request_deserializer=handler.request_deserializer,
            response_serializer=handler.response_serializer,
        )

    def _wrap_behavior(self, behavior: Behavior, method: str) -> Behavior:
        if not inspect.isasyncgenfunction(behavior):

            async def answer(request: object, context: Context) -> object:
                async with self.around(method, context):
                    return await behavior(request, context)

            return answer

        async def stream(request: object, context: Context) -> AsyncIterator[object]:
            async with self.around(method, context):
                replies: AsyncGenerator[object, None] = behavior(request, context)
                async with aclosing(replies):
                    async for reply in replies:
                        yield reply

        return stream


def parts_of(handler: Handler) -> tuple[Callable[..., Handler], Behavior]:
    """Finds which of the four kinds of rpc a handler is, and the function behind it."""
    kinds: dict[tuple[bool, bool], tuple[Callable[..., Handler], str]] = {
        (False, False): (grpc.unary_unary_rpc_method_handler, "unary_unary"),
        (False, True): (grpc.unary_stream_rpc_method_handler, "unary_stream"),
        (True, False): (grpc.stream_unary_rpc_method_handler, "stream_unary"),
        (True, True): (grpc.stream_stream_rpc_method_handler, "stream_stream"),
    }
    make, name = kinds[bool(handler.request_streaming), bool(handler.response_streaming)]
    return make, getattr(handler, name)


def metadata_of(context: Context) -> Pairs:
    """Gives what the caller sent along, pair by pair: both kinds of channel hold pairs, whatever the stubs say."""
    return cast("Pairs", context.invocation_metadata() or ())
