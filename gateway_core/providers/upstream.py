"""The seam to providers: bytes out, bytes in, with every wait bounded. It knows no dialect."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from gateway_core.records.timeouts import Timeouts


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """One POST. `deadline` is a moment of the event loop's clock and belongs to the call as a whole."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    stream: bool
    timeouts: Timeouts
    deadline: float


class UpstreamReply(Protocol):
    """A reply whose head has arrived and whose body is read piece by piece."""

    status: int
    headers: Mapping[str, str]

    async def read(self) -> bytes:
        """Gives the next bytes of the body, or nothing at its end.

        Raises UpstreamTimeout when the first token, the next token or the end is not there in time, and
        UpstreamError when the connection breaks. At most a bounded number of bytes waits unread.
        """
        ...

    async def read_all(self, limit: int, /) -> bytes:
        """Gives the whole body; raises UpstreamError if it is longer than `limit`."""
        ...

    def progressed(self) -> None:
        """Restarts the idle timer: something real arrived, not only a keep-alive comment."""
        ...

    def settled(self) -> None:
        """Says that the reply is complete for its reader.

        What is left of the body may be read away, for a moment, to keep the connection.
        """
        ...


class Upstream(Protocol):
    """Sends requests to providers."""

    def send(self, request: UpstreamRequest, /) -> AbstractAsyncContextManager[UpstreamReply]:
        """Sends the request; entering waits for the head of the reply, leaving gives up what was not read.

        Entering raises UpstreamError when there is no connection and UpstreamTimeout when no head comes in time.
        Leaving before the body's end closes the connection to the provider at once, unless the reply is settled.
        Leaving never waits.
        """
        ...
