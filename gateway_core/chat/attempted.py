"""The innermost layer: one attempt at one target with one credential. It never tries again."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway_core.chat.attempt_record import AttemptRecord
from gateway_core.chat.call import Call
from gateway_core.chat.protocol import ChatEvents
from gateway_core.chat.whole_reply import WholeReplyReader, emitted_bytes
from gateway_core.clock import Clock
from gateway_core.errors import UpstreamBroke, UpstreamError
from gateway_core.providers.dialect import ChatDialect, StreamReader
from gateway_core.providers.upstream import Upstream, UpstreamReply, UpstreamRequest
from gateway_core.records.price import Price
from gateway_core.records.timeouts import Timeouts
from weir.v1.call_summary_pb2 import Attempt, CallSummary
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionResponse,
    StreamChatCompletionResponse,
    StreamChunks,
    StreamCompleted,
    StreamStarted,
)

MAX_REPLY_BYTES = 64 * 1024 * 1024
MAX_ERROR_BYTES = 64 * 1024
SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an attempt goes, with everything that can be worked out before a call comes."""

    provider: str
    credential: str
    model: str
    base_url: str
    headers: Mapping[str, str]
    timeouts: Timeouts
    price: Price | None
    dialect: ChatDialect
    upstream: Upstream


class AttemptedChat:
    """Asks one endpoint once. The attempt's account is in the call's log before the last event leaves."""

    def __init__(self, endpoint: Endpoint, clock: Clock) -> None:
        """Takes the endpoint to ask."""
        self._endpoint = endpoint
        self._clock = clock
        self._blank = Attempt(provider=endpoint.provider, credential=endpoint.credential, provider_model=endpoint.model)

    def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Answers in one event, or in events as the provider sends pieces."""
        return self._stream(call, request) if call.streamed else self._whole(call, request)

    async def _whole(self, call: Call, request: ChatRequest) -> ChatEvents:
        endpoint = self._endpoint
        with self._record(call, request) as record:
            async with endpoint.upstream.send(self._written(call, request)) as reply:
                await self._refuse_error(reply)
                body = await reply.read_all(MAX_REPLY_BYTES)
            completion = endpoint.dialect.read_response(body)
            record.completed(completion.usage if completion.HasField("usage") else None, emitted_bytes(completion))
        summary = CallSummary(finish_reason=completion.choices[0].finish_reason)
        yield CreateChatCompletionResponse(completion=completion, summary=summary)

    async def _stream(self, call: Call, request: ChatRequest) -> ChatEvents:
        endpoint = self._endpoint
        with self._record(call, request) as record:
            async with endpoint.upstream.send(self._written(call, request)) as reply:
                await self._refuse_error(reply)
                reader = self._reader(reply, request)
                record.streams_through(reader)
                while chunks := await _next_chunks(reply, reader, answering=record.answering):
                    if not record.answering:
                        record.first_token()
                        yield StreamChatCompletionResponse(started=self._started(call, request, record.number))
                    yield StreamChatCompletionResponse(chunks=StreamChunks(chunks=chunks))
                end = reader.finish()
                reply.settled()
            record.completed(end.usage, reader.emitted_bytes)
        summary = CallSummary(finish_reason=end.finish_reason)
        yield StreamChatCompletionResponse(completed=StreamCompleted(summary=summary))

    def _record(self, call: Call, request: ChatRequest) -> AttemptRecord:
        return AttemptRecord(call.log, self._clock, self._endpoint.price, request).begin(self._blank)

    def _written(self, call: Call, request: ChatRequest) -> UpstreamRequest:
        endpoint = self._endpoint
        written = endpoint.dialect.write_request(request, endpoint.model, stream=call.streamed)
        return UpstreamRequest(
            url=endpoint.base_url + written.path,
            headers=endpoint.headers,
            body=written.body,
            stream=call.streamed,
            timeouts=endpoint.timeouts,
            deadline=call.deadline,
        )

    def _reader(self, reply: UpstreamReply, request: ChatRequest) -> StreamReader:
        dialect = self._endpoint.dialect
        if "application/json" in reply.headers.get("content-type", ""):
            return WholeReplyReader(dialect, request, MAX_REPLY_BYTES)
        return dialect.read_stream(request)

    def _started(self, call: Call, request: ChatRequest, number: int) -> StreamStarted:
        return StreamStarted(
            request_id=call.request_id,
            model=request.model,
            provider=self._endpoint.provider,
            provider_model=self._endpoint.model,
            attempt=number,
        )

    async def _refuse_error(self, reply: UpstreamReply) -> None:
        if reply.status in SUCCESS:
            return
        body = bytearray()
        while len(body) < MAX_ERROR_BYTES and (piece := await reply.read()):
            body += piece
        raise self._endpoint.dialect.read_error(reply.status, reply.headers, bytes(body))


async def _next_chunks(reply: UpstreamReply, reader: StreamReader, *, answering: bool) -> list[ChatCompletionChunk]:
    """Waits for the next chunks; none at all say that there is nothing more to read."""
    while not reader.ended:
        try:
            data = await reply.read()
        except UpstreamError as error:
            if answering:
                raise UpstreamBroke(error.message, facts=error.facts) from error
            raise
        chunks = reader.feed(data)
        if chunks:
            reply.progressed()
            return chunks
        if not data:
            break
    return []
