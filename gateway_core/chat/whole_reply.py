"""Reads a whole reply as the one chunk of a stream, for providers that ignore the wish to stream. Pure."""

from typing import Literal, TypeAlias

from gateway_core.errors import GatewayError, UpstreamError
from gateway_core.providers.dialect import ChatDialect, StreamEnd
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk, Delta, ToolCallDelta
from weir.v1.chat_completion_pb2 import FINISH_REASON_UNSPECIFIED, ChatCompletion
from weir.v1.chat_message_pb2 import ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.tool_pb2 import ToolCall

CHUNK_OBJECT = "chat.completion.chunk"
Same: TypeAlias = Literal["id", "created", "model", "service_tier", "system_fingerprint"]
Text: TypeAlias = Literal["content", "refusal", "reasoning", "reasoning_content"]
SAME_IN_BOTH: tuple[Same, ...] = ("id", "created", "model", "service_tier", "system_fingerprint")
TEXTS: tuple[Text, ...] = ("content", "refusal", "reasoning", "reasoning_content")


class WholeReplyReader:
    """A StreamReader over a body that is one JSON object."""

    def __init__(self, dialect: ChatDialect, request: ChatRequest, limit: int) -> None:
        """Takes the dialect that reads the body, and how many bytes it may have."""
        self.ended = False
        self.emitted_bytes = 0
        self._dialect = dialect
        self._with_usage = request.stream_options.include_usage
        self._room = limit
        self._pieces: list[bytes] = []
        self._end: StreamEnd | GatewayError = UpstreamError("the provider's reply is not whole")

    def feed(self, data: bytes, /) -> list[ChatCompletionChunk]:
        """Gathers the body; gives the one chunk when it is whole."""
        self._pieces.append(data)
        self._room -= len(data)
        if self._room < 0:
            self.ended = True
            self._end = UpstreamError("the provider's reply is too large")
        if data or self.ended:
            return []
        self.ended = True
        try:
            completion = self._dialect.read_response(b"".join(self._pieces))
        except GatewayError as error:
            self._end = error
            return []
        usage = completion.usage if completion.HasField("usage") else None
        finish_reason = completion.choices[0].finish_reason if completion.choices else FINISH_REASON_UNSPECIFIED
        self._end = StreamEnd(finish_reason, usage)
        self.emitted_bytes = emitted_bytes(completion)
        return [as_chunk(completion, with_usage=self._with_usage)]

    def finish(self) -> StreamEnd:
        """Says how it ended."""
        if isinstance(self._end, GatewayError):
            raise self._end
        return self._end


def emitted_bytes(completion: ChatCompletion) -> int:
    """Counts the UTF-8 bytes of everything the model wrote."""
    return sum(_message_bytes(choice.message) for choice in completion.choices)


def _message_bytes(message: ChatMessage) -> int:
    texts = [message.content, message.refusal, message.reasoning, message.reasoning_content]
    texts.extend(call.function.arguments or call.custom.input for call in message.tool_calls)
    texts.append(message.function_call.arguments)
    return sum(len(text.encode()) for text in texts)


def as_chunk(completion: ChatCompletion, *, with_usage: bool) -> ChatCompletionChunk:
    """Gives a chunk that says everything the reply says."""
    chunk = ChatCompletionChunk(object=CHUNK_OBJECT, extra_json=completion.extra_json)
    for name in SAME_IN_BOTH:
        if completion.HasField(name):
            setattr(chunk, name, getattr(completion, name))
    for choice in completion.choices:
        piece = chunk.choices.add(index=choice.index, finish_reason=choice.finish_reason, extra_json=choice.extra_json)
        piece.delta.CopyFrom(_as_delta(choice.message))
        if choice.HasField("logprobs"):
            piece.logprobs.CopyFrom(choice.logprobs)
    if with_usage and completion.HasField("usage"):
        chunk.usage.CopyFrom(completion.usage)
    return chunk


def _as_delta(message: ChatMessage) -> Delta:
    delta = Delta(role=message.role, extra_json=message.extra_json)
    for name in TEXTS:
        if message.HasField(name):
            setattr(delta, name, getattr(message, name))
    if message.HasField("function_call"):
        delta.function_call.CopyFrom(message.function_call)
    delta.tool_calls.extend(_as_call_delta(index, call) for index, call in enumerate(message.tool_calls))
    return delta


def _as_call_delta(index: int, call: ToolCall) -> ToolCallDelta:
    delta = ToolCallDelta(index=index, extra_json=call.extra_json)
    if call.HasField("id"):
        delta.id = call.id
    kind = call.WhichOneof("kind")
    if kind is not None:
        delta.type = kind
        getattr(delta, kind).CopyFrom(getattr(call, kind))
    return delta
