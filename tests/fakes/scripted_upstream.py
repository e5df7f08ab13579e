"""An upstream that plays scripted replies without a socket, and remembers what was sent."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from gateway_core.providers.upstream import UpstreamRequest


class ScriptedReply:
    """A reply whose pieces are known beforehand; an exception among them is raised when its turn comes."""

    def __init__(
        self, pieces: Sequence[bytes | BaseException], status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Takes the pieces of the body in order."""
        self.status = status
        self.headers: Mapping[str, str] = headers or {}
        self.progress = 0
        self.is_settled = False
        self.left_after = -1
        self._pieces = list(pieces)
        self._read = 0

    async def read(self) -> bytes:
        """Gives the next piece."""
        if self._read == len(self._pieces):
            return b""
        piece = self._pieces[self._read]
        self._read += 1
        if isinstance(piece, BaseException):
            raise piece
        return piece

    async def read_all(self, limit: int, /) -> bytes:
        """Gives all pieces."""
        body = b""
        while piece := await self.read():
            body += piece
        return body[:limit]

    def progressed(self) -> None:
        """Counts."""
        self.progress += 1

    def settled(self) -> None:
        """Remembers it, if it was said in time."""
        self.is_settled = self.left_after < 0

    async def __aenter__(self) -> Self:
        """Is there at once."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remembers how much had been read when it was left."""
        self.left_after = self._read


class ScriptedUpstream:
    """Answers each request with the next reply."""

    def __init__(self, *replies: ScriptedReply) -> None:
        """Takes the replies in order."""
        self.requests: list[UpstreamRequest] = []
        self._replies = list(replies)

    def send(self, request: UpstreamRequest, /) -> ScriptedReply:
        """Remembers the request and gives the next reply."""
        self.requests.append(request)
        return self._replies[len(self.requests) - 1]
