"""How a provider speaks. Dialects are pure: no clock, no socket, no settings; bytes in, messages out and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway_core.errors import GatewayError
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import ChatCompletion, FinishReason
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.usage_pb2 import Usage


@dataclass(frozen=True, slots=True)
class WrittenRequest:
    """A request as the provider wants it: the path below its base URL, and the body."""

    path: str
    body: bytes


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """What a stream that ended properly said last. `usage` is `None` if the provider did not report it."""

    finish_reason: FinishReason.ValueType
    usage: Usage | None


class StreamReader(Protocol):
    """Turns the bytes of one streamed reply into chunks. Made for one reply, then thrown away."""

    ended: bool
    """True when nothing more is to be read: the reply is complete, or failed in a way `finish` tells."""

    emitted_bytes: int
    """Counts the UTF-8 bytes of text, reasoning and tool arguments so far: what an estimate of usage goes by."""

    def feed(self, data: bytes, /) -> list[ChatCompletionChunk]:
        """Takes the next bytes, cut anywhere, and gives the chunks they complete. Never raises on bad data.

        No bytes at all say that the connection is at its end: what was held back comes out now.
        """
        ...

    def finish(self) -> StreamEnd:
        """Says how the reply ended, when `ended` is true or no bytes are left.

        Raises the error the provider sent within the stream, or UpstreamError if the reply is cut off.
        """
        ...


class ChatDialect(Protocol):
    """One provider family's way of chatting."""

    def headers(self, secret: str, /) -> Mapping[str, str]:
        """Gives the headers that every request carries, credential included. Called once per credential."""
        ...

    def write_request(self, request: ChatRequest, model: str, /, *, stream: bool) -> WrittenRequest:
        """Writes the request for the provider's model of that name."""
        ...

    def read_response(self, body: bytes, /) -> ChatCompletion:
        """Reads a whole reply; raises UpstreamError if it is none, or the error that it holds."""
        ...

    def read_stream(self, request: ChatRequest, /) -> StreamReader:
        """Makes the reader for the streamed reply to this request."""
        ...

    def read_error(self, status: int, headers: Mapping[str, str], body: bytes, /) -> GatewayError:
        """Turns a reply with an error status into our taxonomy. Header names are lower case; the body may be cut."""
        ...
