"""Refuses bytes that are no message of ours in our own words: gRPC would answer with the text of the exception."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Final

from google.protobuf.message import DecodeError

from gateway_core.errors import InvalidRequest
from gateway_core.interceptors.around import Behavior, Context, Handler, Wrapping, parts_of

UNDECODABLE: Final = object()
"""Stands for a request that nobody could read, on its way past the interceptors that identify, count and log it."""

SENTENCE: Final = "the request's bytes are not a message of this method"


class Decoded(Wrapping):
    """The innermost interceptor: services see nothing but messages."""

    def wrap(self, handler: Handler, method: str) -> Handler:
        """Makes reading a request never fail, and refuses afterwards. Streams of requests are left as they are."""
        del method
        if handler.request_streaming or handler.request_deserializer is None:
            return handler
        make, behavior = parts_of(handler)
        return make(
            refusing_stream(behavior) if handler.response_streaming else refusing_call(behavior),
            request_deserializer=tolerant(handler.request_deserializer),
            response_serializer=handler.response_serializer,
        )


def tolerant(deserialize: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """Gives UNDECODABLE where the deserializer gives up."""

    def read(data: bytes) -> object:
        try:
            return deserialize(data)
        except DecodeError:
            return UNDECODABLE

    return read


def refusing_call(behavior: Behavior) -> Behavior:
    """Refuses what could not be read, for methods with one reply."""

    async def answer(request: object, context: Context) -> object:
        if request is UNDECODABLE:
            raise InvalidRequest(SENTENCE)
        return await behavior(request, context)

    return answer


def refusing_stream(behavior: Behavior) -> Behavior:
    """Refuses what could not be read, for methods with a stream of replies, however they are written."""
    if not inspect.isasyncgenfunction(behavior):
        return refusing_call(behavior)

    async def stream(request: object, context: Context) -> AsyncIterator[object]:
        if request is UNDECODABLE:
            raise InvalidRequest(SENTENCE)
        async with aclosing(behavior(request, context)) as replies:
            async for reply in replies:
                yield reply

    return stream
