"""One connection to a provider: writes a request, hears the head of its reply. It keeps no pool and counts no time."""

from collections.abc import Callable
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage
from aiohttp.streams import StreamReader

from gateway_core.providers.http.failures import upstream_error

_READ_BUFFER: Final = 64 * 1024
"""Above twice this many unread bytes nothing more is read from the socket."""

_WRITTEN_AT_ONCE: Final = 64 * 1024
"""Up to this size, joining head and body costs less than writing them one after the other."""

_SWITCHING_PROTOCOLS: Final = 101
_FIRST_FINAL_STATUS: Final = 200


class Wire(ResponseHandler):
    """What the loop feeds: aiohttp's parser, and what must be known before a request may be repeated."""

    used = False
    """True once a request was written."""

    heard = False
    """True if a byte came in after the last request was written."""

    listener: Callable[[int], None] | None = None
    """Told how many bytes came in, after they were taken; told of none when the connection is gone."""

    async def ask(self, head: bytes, body: bytes) -> tuple[RawResponseMessage, StreamReader]:
        """Writes a request and waits for the head of its reply, past provisional ones."""
        self.used = True
        self.heard = False
        self.set_response_params(read_until_eof=True, read_bufsize=_READ_BUFFER)
        if self.transport is None:
            raise aiohttp.ServerDisconnectedError
        if len(body) <= _WRITTEN_AT_ONCE:
            self.transport.write(head + body)
        else:
            self.transport.write(head)
            self.transport.write(body)
        while True:
            message, content = await self.read()
            if message.code >= _FIRST_FINAL_STATUS:
                return message, content
            if message.code == _SWITCHING_PROTOCOLS:
                raise upstream_error("malformed")

    def data_received(self, data: bytes) -> None:
        """Takes bytes from the loop. A body that stops being HTTP fails its reader, whom aiohttp would forget."""
        self.heard = True
        super().data_received(data)
        if self._exception is not None and self._payload is not None and not self._payload.is_eof():
            self._payload.set_exception(self._exception)
        if self.listener is not None:
            self.listener(len(data))

    def connection_lost(self, exc: BaseException | None) -> None:
        """Hears that the connection is gone. For aiohttp a reset ends a body without length as properly as a FIN."""
        body = self._payload
        if body is not None and not body.is_eof() and (exc is not None or self._reading_paused):
            body.set_exception(aiohttp.ClientPayloadError())
        super().connection_lost(exc)
        if self.listener is not None:
            self.listener(0)

    def resume_reading(self, resume_parser: bool = True) -> None:  # noqa: FBT001, FBT002 # aiohttp's signature
        """Reads on, if reading was paused: aiohttp calls this after every piece."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def finished(self, body: StreamReader) -> bool:
        """True if the request was written and its reply has arrived, both to the last byte."""
        sent = self.transport is None or self.transport.get_write_buffer_size() == 0
        return sent and body.is_eof() and body.exception() is None

    def expects_more(self, body: StreamReader) -> bool:
        """True if the rest of the reply can come without a reader, and the connection can be kept when it has."""
        lasting = self.transport is not None and not (self._should_close or self._reading_paused)
        return lasting and not body.is_eof() and body.exception() is None
