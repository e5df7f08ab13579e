"""Turns the events of one streamed call into OpenAI's events. It decides what a restart means to the caller."""

from collections.abc import AsyncIterator
from typing import Final, TypeAlias

import grpc

from openai_json.codec import OpenAiJson
from rest_facade.call_terms import CallTerms
from rest_facade.error_body import ROWS, ErrorReply, reply_for
from rest_facade.event_stream import DONE, EventStream
from rest_facade.json_text import json_bytes
from rest_facade.reply_headers import header_value
from rest_facade.stream_summary import restart_object, summary_object, weir_chunk
from weir.v1.call_summary_pb2 import CallSummary
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_service_pb2 import (
    StreamChatCompletionRequest,
    StreamChatCompletionResponse,
    StreamRestarted,
    StreamStarted,
)

StreamEvents: TypeAlias = AsyncIterator[StreamChatCompletionResponse]
StreamCall: TypeAlias = grpc.aio.UnaryStreamCall[StreamChatCompletionRequest, StreamChatCompletionResponse]

CUT_SHORT: Final = "the reply broke off before it was whole"
BEGUN_ANEW: Final = "the provider failed after a part of the reply was sent; the caller does not allow a restart"


class ChunkRelay:
    """Relays one call."""

    __slots__ = ("_codec", "_last_chunk", "_stream", "_summary", "_terms")

    def __init__(self, stream: EventStream, codec: OpenAiJson, terms: CallTerms) -> None:
        """Takes where the events go."""
        self._stream = stream
        self._codec = codec
        self._terms = terms
        self._last_chunk: ChatCompletionChunk | None = None
        self._summary = CallSummary()

    async def follow(self, events: StreamEvents) -> ErrorReply | None:
        """Sends pieces until an event says that the reply is whole. Gives the failure if it never says so."""
        async for response in events:
            event = response.WhichOneof("event")
            if event == "chunks":
                chunks = response.chunks.chunks[:]
                self._last_chunk = chunks[-1]
                await self._stream.write(self._chunk_events(chunks))
            elif event == "completed":
                self._summary = response.completed.summary
                return None
            elif event == "started":
                self._announce(response.started)
            elif event == "restarted":
                failure = await self._begin_anew(response.restarted)
                if failure is not None:
                    return failure
        return reply_for("UPSTREAM_ERROR", CUT_SHORT)

    def last_events(self) -> bytes:
        """Writes what closes a whole reply."""
        if not self._terms.summary:
            return DONE
        return self._weir_event(summary_object(self._summary)) + DONE

    def _chunk_events(self, chunks: list[ChatCompletionChunk]) -> bytes:
        write_chunk = self._codec.write_chunk
        if len(chunks) == 1:
            return b"data: %b\n\n" % json_bytes(write_chunk(chunks[0]))
        return b"".join([b"data: %b\n\n" % json_bytes(write_chunk(chunk)) for chunk in chunks])

    def _announce(self, started: StreamStarted) -> None:
        """Puts who answers into the headers, which are lost if they have left already."""
        self._stream.headers = [
            (b"x-weir-model", header_value(started.model)),
            (b"x-weir-provider", header_value(started.provider)),
            (b"x-weir-attempts", b"%d" % started.attempt),
        ]

    async def _begin_anew(self, restarted: StreamRestarted) -> ErrorReply | None:
        if self._last_chunk is None:
            self._announce(restarted.started)
        elif self._terms.restarts:
            await self._stream.write(self._weir_event(restart_object(restarted)))
        else:
            return reply_for(restarted.reason if restarted.reason in ROWS else "UPSTREAM_ERROR", BEGUN_ANEW)
        return None

    def _weir_event(self, weir: dict[str, object]) -> bytes:
        return b"data: %b\n\n" % json_bytes(weir_chunk(self._last_chunk, weir))
