"""Answers a chat with events, as the core delivers the pieces. Only a reply that is whole ends in `[DONE]`."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

import grpc
from starlette.types import Scope, Send

from openai_json.codec import OpenAiJson
from rest_facade.call_terms import CallTerms
from rest_facade.chunk_relay import ChunkRelay, StreamCall, StreamEvents
from rest_facade.departure import Departure, task_is_ending
from rest_facade.error_body import ErrorReply, reply_for
from rest_facade.event_stream import EventStream, StreamPace, error_event
from rest_facade.failed_call import read_failure
from rest_facade.gateway_client import GatewayClient
from rest_facade.json_reply import send_error
from weir.v1.chat_request_pb2 import ChatRequest

LAST_WORDS: Final = 1.0
"""Seconds for the call's status once the reply is whole, and for the last event of a server that stops."""


def nothing() -> None:
    """Stands in where the server has no way to cut a connection."""


def give_up(call: StreamCall, cut: Callable[[], None]) -> None:
    """Ends a call whose reader is too slow, and the connection with it."""
    call.cancel()
    cut()


class StreamedChat:
    """Relays one call after the other, each watched for the caller's leaving."""

    def __init__(self, client: GatewayClient, codec: OpenAiJson, pace: StreamPace) -> None:
        """Takes the way to the core, the translator, and how patient to be."""
        self._client = client
        self._codec = codec
        self._pace = pace

    async def answer(self, chat: ChatRequest, terms: CallTerms, scope: Scope, send: Send) -> None:
        """Sends the reply: events, or a plain error reply if it fails before the first event."""
        call = self._client.stream_chat(chat, terms)
        cut: Callable[[], None] = scope.get("weir.cut", nothing)
        stream = EventStream(send, self._pace, partial(give_up, call, cut))
        departure = Departure(scope, call.cancel)
        try:
            failure = await self._relay(call, stream, departure, terms)
            if failure is not None:
                await end_badly(stream, send, failure)
        except asyncio.CancelledError:
            if stream.committed and not stream.finished and not departure.left:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_WORDS):
                        await end_badly(stream, send, reply_for("DRAINING", "the gateway is shutting down"))
            raise
        finally:
            stream.close()
            departure.end()
            call.cancel()

    async def _relay(
        self, call: StreamCall, stream: EventStream, departure: Departure, terms: CallTerms
    ) -> ErrorReply | None:
        """Sends the events of a call. Gives what is to be told of its failure; None if nothing is, or nobody hears."""
        relay = ChunkRelay(stream, self._codec, terms)
        events = aiter(call)
        try:
            failure = await relay.follow(events)
            if failure is not None:
                return failure
            departure.end()
            await stream.finish(relay.last_events())
        except grpc.aio.AioRpcError as error:
            return read_failure(error)
        except asyncio.CancelledError:
            if task_is_ending():
                raise
            if departure.left or stream.stalled:
                return None
            return reply_for("DRAINING", "the gateway is shutting down")
        await await_status(events)
        return None


async def end_badly(stream: EventStream, send: Send, failure: ErrorReply) -> None:
    """Tells of a failure: in the stream if it has begun, else as a reply with a status of its own."""
    stream.close()
    if stream.committed:
        await stream.finish(error_event(failure))
    else:
        await send_error(send, failure)


async def await_status(events: StreamEvents) -> None:
    """Lets a call whose reply is whole come to its end by itself: cancelling it might look like a failure."""
    with suppress(TimeoutError, grpc.aio.AioRpcError):
        async with asyncio.timeout(LAST_WORDS):
            async for _ in events:
                pass
