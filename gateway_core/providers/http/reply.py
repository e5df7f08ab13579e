"""The body of a reply, read piece by piece under the request's bounds. It does not know how it was asked for."""

from collections.abc import Mapping

from aiohttp.http import RawResponseMessage
from aiohttp.streams import StreamReader

from gateway_core.providers.http.failures import CONNECTION_FAILURES, failure_in_body, upstream_error
from gateway_core.providers.http.patience import Patience
from gateway_core.providers.http.wire import Wire


class HttpReply:
    """Implements `UpstreamReply`. Header names are found in whatever case."""

    status: int
    headers: Mapping[str, str]
    body: StreamReader
    is_settled: bool

    __slots__ = ("_patience", "_wire", "body", "headers", "is_settled", "status")

    def __init__(self, message: RawResponseMessage, body: StreamReader, wire: Wire, patience: Patience) -> None:
        """Takes the head, the body to come, the connection to ask about failures, and the bounds."""
        self.status = message.code
        self.headers = message.headers
        self.body = body
        self.is_settled = False
        self._wire = wire
        self._patience = patience

    async def read(self) -> bytes:
        """Gives the next bytes, or nothing at the end."""
        self._patience.wait()
        try:
            return await self.body.readany()
        except CONNECTION_FAILURES as error:
            raise failure_in_body(error, self._wire.exception()) from error
        finally:
            self._patience.hold()

    async def read_all(self, limit: int, /) -> bytes:
        """Gives the whole body, or UpstreamError as soon as it is longer than `limit`."""
        pieces: list[bytes] = []
        size = 0
        while piece := await self.read():
            size += len(piece)
            if size > limit:
                raise upstream_error("too_large")
            if not pieces and self.body.at_eof():
                return piece
            pieces.append(piece)
        return b"".join(pieces)

    def progressed(self) -> None:
        """Restarts the idle timer."""
        self._patience.progressed()

    def settled(self) -> None:
        """Lets the rest be read away after leaving."""
        self.is_settled = True
