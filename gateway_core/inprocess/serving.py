"""Runs the handler of one call from its request to its last reply. How the end is told is the context's affair."""

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable
from inspect import isawaitable
from typing import Any, TypeAlias, cast

import grpc

from gateway_core.inprocess.context import InProcessContext
from gateway_core.inprocess.exchange import Exchange
from gateway_core.inprocess.methods import MethodHandler, Methods

Replies: TypeAlias = Awaitable[None] | AsyncIterable[Any] | Iterable[Any]


class RequestStream(AsyncIterator[Any]):
    """The requests of a stream, as a handler iterates over them."""

    def __init__(self, context: InProcessContext[Any, Any]) -> None:
        self._context = context

    async def __anext__(self) -> object:
        """Reads the next request."""
        message = await self._context.read()
        if message is grpc.aio.EOF:
            raise StopAsyncIteration
        return message


async def serve(exchange: Exchange[Any, Any], context: InProcessContext[Any, Any], methods: Methods) -> None:
    """Finds the handler and runs it.

    A handler that is no coroutine and no asynchronous generator runs in the loop itself: it must not block, and it may
    set the status but not abort. That is enough for the methods that generated code leaves unimplemented.
    """
    method = exchange.method
    handler = methods.known.get(method.name) or await methods.find(method.name, exchange.metadata)
    if handler is None:
        context.refuse(grpc.StatusCode.UNIMPLEMENTED, "Method not found!")
        return
    if (handler.request_streaming, handler.response_streaming) != (method.streams_requests, method.streams_replies):
        context.refuse(grpc.StatusCode.UNIMPLEMENTED, f"{method.name} does not stream as the caller expects.")
        return
    context.serialize_with(handler.response_serializer)
    request = RequestStream(context) if method.streams_requests else exchange.request
    answer = _behaviour(handler)(request, context)
    if method.streams_replies:
        await _write_all(context, answer)
        context.complete_stream()
    else:
        context.complete(await answer if isawaitable(answer) else answer)


def _behaviour(handler: MethodHandler) -> Callable[[Any, InProcessContext[Any, Any]], Any]:
    if handler.request_streaming:
        chosen = handler.stream_stream if handler.response_streaming else handler.stream_unary
    else:
        chosen = handler.unary_stream if handler.response_streaming else handler.unary_unary
    return cast("Callable[[Any, InProcessContext[Any, Any]], Any]", chosen)


async def _write_all(context: InProcessContext[Any, Any], replies: Replies) -> None:
    if isinstance(replies, AsyncIterable):
        try:
            async for reply in replies:
                if not context.offer(reply):
                    await context.write(reply)
        finally:
            if isinstance(replies, AsyncGenerator):
                await replies.aclose()
    elif isawaitable(replies):
        await replies
    else:
        for reply in replies:
            await context.write(reply)
