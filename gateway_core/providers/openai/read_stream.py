"""Reads a streamed OpenAI reply. A reply counts as whole only if it says so: by `[DONE]` or its finish reasons."""

from msgspec.json import decode

from gateway_core.errors import GatewayError, UpstreamBroke, UpstreamError
from gateway_core.providers.dialect import StreamEnd
from gateway_core.providers.openai.count_bytes import count_bytes
from gateway_core.providers.openai.error_body import UNPARSABLE
from gateway_core.providers.openai.read_error import read_error_within
from gateway_core.providers.sse import Event, EventStream
from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import FINISH_REASON_UNSPECIFIED, FinishReason
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.usage_pb2 import Usage

DONE = b"[DONE]"
# A chunk without choices that holds nothing else is there for the usage alone.
ENVELOPE = frozenset({"id", "object", "created", "model", "choices", "usage", "service_tier", "system_fingerprint"})
FINISH_REASONS = {name.removeprefix("FINISH_REASON_").lower(): reason for name, reason in FinishReason.items()}


class OpenAiStreamReader:
    """A StreamReader. `malformed` counts the events that were skipped because nobody could read them."""

    def __init__(self, json: OpenAiJson, request: ChatRequest) -> None:
        """Takes the request, which says whether its caller wants to see the usage."""
        self.ended = False
        self.emitted_bytes = 0
        self.malformed = 0
        self._json = json
        self._shows_usage = request.stream_options.include_usage
        self._events = EventStream()
        self._error: GatewayError | None = None
        self._answering = False
        self._done = False
        self._unfinished: set[int] = set()
        self._reasons: dict[int, FinishReason.ValueType] = {}
        self._usage: dict[str, object] | None = None

    def feed(self, data: bytes, /) -> list[ChatCompletionChunk]:
        """Takes the next bytes; none at all are the end."""
        chunks: list[ChatCompletionChunk] = []
        if self.ended:
            return chunks
        for event in self._events.feed(data) if data else self._last_event():
            chunk = self._read(event)
            if chunk is not None:
                chunks.append(chunk)
            if self._done or self._error is not None:
                break
        if self._events.overflowed and not self._done:
            self._error = self._error or UpstreamError("the provider's stream holds an event that is too large")
        self._answering = self._answering or bool(chunks)
        self.ended = self._done or self._error is not None or not data
        return chunks

    def finish(self) -> StreamEnd:
        """Says how the reply ended; an error after the first chunk is always UpstreamBroke."""
        error = self._error or self._cut_off()
        if error is not None and self._answering:
            raise UpstreamBroke(error.message, facts=error.facts) from error
        if error is not None:
            raise error
        first = min(self._reasons, default=0)
        return StreamEnd(self._reasons.get(first, FINISH_REASON_UNSPECIFIED), self._last_usage())

    def _last_usage(self) -> Usage | None:
        if self._usage is None:
            return None
        try:
            return self._json.read_chunk({"usage": self._usage}).usage
        except FieldProblem:
            return None

    def _cut_off(self) -> UpstreamError | None:
        seen = bool(self._reasons or self._unfinished)
        if seen and not self._unfinished:
            return None
        if seen and self._done and not self.malformed:
            return None
        return UpstreamError("the provider's reply is cut off")

    def _last_event(self) -> list[Event]:
        """Gives the event that no blank line ended, if it is plain that nothing of it is missing."""
        event = self._events.unfinished()
        if event is None:
            return []
        _, text = event
        data = _parse(text)
        finished = data is not None and any(choice.get("finish_reason") for choice in _choices(data))
        return [event] if finished or text.strip() == DONE else []

    def _read(self, event: Event) -> ChatCompletionChunk | None:
        name, text = event
        if not text.startswith(b"{"):
            text = text.strip()
            if text.startswith(DONE):
                self._done = True
            if self._done or not text:
                return None
        data = _parse(text)
        if data is None:
            self.malformed += 1
            return None
        if data.get("error") or name == "error":
            self._error = read_error_within(data)
            return None
        return self._read_chunk(data)

    def _read_chunk(self, data: dict[str, object]) -> ChatCompletionChunk | None:
        choices = _choices(data)
        usage = data.get("usage") if self._shows_usage else data.pop("usage", None)
        data.pop("obfuscation", None)
        if isinstance(usage, dict):
            self._usage = usage
            if not choices and not self._shows_usage and data.keys() <= ENVELOPE:
                return None
        elif not isinstance(data.get("choices"), list):
            self.malformed += 1
            return None
        try:
            chunk = self._json.read_chunk(data)
        except FieldProblem:
            self.malformed += 1
            return None
        for choice in choices:
            self._follow(choice)
        return chunk

    def _follow(self, choice: dict[str, object]) -> None:
        self.emitted_bytes += count_bytes(choice.get("delta"))
        index = choice.get("index")
        if not isinstance(index, int):
            index = 0
        reason = choice.get("finish_reason")
        if reason:
            self._reasons[index] = FINISH_REASONS.get(str(reason), FINISH_REASON_UNSPECIFIED)
            self._unfinished.discard(index)
        elif index not in self._reasons:
            self._unfinished.add(index)


def _parse(text: bytes) -> dict[str, object] | None:
    """Gives the object that the text holds, or `None`. Bytes that are no UTF-8 become U+FFFD."""
    try:
        data: object = decode(text)
    except UnicodeDecodeError:
        return _parse(text.decode(errors="replace").encode())
    except UNPARSABLE:
        return None
    return data if isinstance(data, dict) else None


def _choices(data: dict[str, object]) -> list[dict[str, object]]:
    choices = data.get("choices")
    if not isinstance(choices, list):
        return []
    return [choice for choice in choices if isinstance(choice, dict)]
