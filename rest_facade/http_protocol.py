"""uvicorn's HTTP protocol with what it leaves out: limits on headers, errors in OpenAI's shape, HTTP/1.0 streams.

It gives applications `weir.cut`, which ends their connection at once, and `weir.watch`, which takes what to call when
the caller leaves: a reader of `receive` would cost each request a task. It knows no application.
"""

import asyncio
import re
from collections.abc import Callable
from typing import Final, cast

from uvicorn._types import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    Scope,
)
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from rest_facade.departure import WATCH
from rest_facade.error_body import ErrorReply, error_headers, headers_too_large, invalid_request, write_error
from rest_facade.json_reply import CLOSE, JSON_TYPE
from rest_facade.middleware.identified import REQUEST_ID
from rest_facade.request_ids import RequestIds

LARGEST_HEADERS: Final = 64 * 1024
PUNCTUATION: Final = len(": \r\n")
LINGER: Final = 1.0
OFFER: Final = b"h2c"
OFFER_HEADER: Final = re.compile(rb"\r\nupgrade(?=:[ \t]*h2c[ \t]*\r\n)", re.IGNORECASE)
INTERIM: Final = b"HTTP/1.1 100 "


class CloseDelimited:
    """Sends a reply of unknown length to an HTTP/1.0 client, which knows no chunks: the end is the connection's end."""

    def __init__(self, app: ASGI3Application, cycle: RequestResponseCycle) -> None:
        """Takes the application and the exchange it answers in."""
        self._app = app
        self._cycle = cycle

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        """Answers one request."""
        cycle = self._cycle

        async def send_bare(message: ASGISendEvent) -> None:
            if message["type"] == "http.response.start":
                names = [name for name, _ in message["headers"]]
                if b"content-length" not in names:
                    cycle.chunked_encoding = False
            elif message["type"] == "http.response.body" and not cycle.expected_content_length:
                cycle.expected_content_length = len(message.get("body", b""))
            await send(message)

        await self._app(scope, receive, send_bare)


def without_offer(data: bytes) -> bytes:
    """Renames an offer to go on in HTTP/2, which Java's client makes with every request: the parser drops the body."""
    end = data.find(b"\r\n\r\n") + 2
    return OFFER_HEADER.sub(b"\r\nx-offer", data[:end]) + data[end:]


class HeadersTooLarge(Exception):
    """Stops the parser; the protocol answers."""


def too_large() -> ErrorReply:
    """Makes the reply to headers over the limit."""
    return headers_too_large(f"the request's headers exceed {LARGEST_HEADERS} bytes")


class HeldStart:
    """Stands before a transport until the reply's headers can leave in one write with the first of its body."""

    def __init__(self, cycle: RequestResponseCycle) -> None:
        """Takes the exchange whose transport it stands for."""
        self._cycle = cycle
        self._transport = cycle.transport
        self._held = b""

    def write(self, data: bytes) -> None:
        """Holds the headers back, and steps aside when more comes."""
        if data.startswith(INTERIM):
            self._transport.write(data)
        elif self._held:
            self._transport.write(self._held + data)
            self._cycle.transport = self._transport
        else:
            self._held = data

    def is_closing(self) -> bool:
        """Says what the transport says."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Lets out what is held, and closes."""
        self._transport.write(self._held)
        self._transport.close()


class FacadeState(ServerState):
    """What the connections of a server share; it can tell when the last of them is gone."""

    def __init__(self) -> None:
        """Starts without connections."""
        super().__init__()
        self._all_gone: asyncio.Event | None = None

    async def emptied(self) -> None:
        """Waits for the last connection to go."""
        self._all_gone = asyncio.Event()
        if self.connections:
            await self._all_gone.wait()

    def lose_one(self) -> None:
        """Is told of every connection that is gone."""
        if self._all_gone is not None and not self.connections:
            self._all_gone.set()


class FacadeProtocol(HttpToolsProtocol):
    """One connection."""

    _fault: ErrorReply | None = None
    _deaf = False
    _departure: Callable[[], None] | None = None
    _fed_bytes = 0
    _header_bytes = 0
    _headers_span = False
    _in_body = False
    _in_headers = False
    _running: RequestResponseCycle | None = None

    def data_received(self, data: bytes) -> None:
        """Parses, and hangs up on headers that never end."""
        if self._deaf:
            return
        if OFFER in data and not self._in_body:
            data = without_offer(data)
        self._fed_bytes = len(data)
        self._headers_span = self._in_headers
        super().data_received(data)
        if self._in_headers and self._headers_span:
            self._header_bytes += len(data)
            if self._header_bytes > LARGEST_HEADERS:
                self._refuse(too_large())

    def connection_lost(self, exc: Exception | None) -> None:
        """Tells the exchange that runs, which need not be the one that was received last."""
        running = self._running
        if running is not None and not running.response_complete:
            running.disconnected = True
            running.message_event.set()
            if self._departure is not None:
                self._departure()
        super().connection_lost(exc)
        if isinstance(self.server_state, FacadeState):
            self.server_state.lose_one()

    def watch(self, departure: Callable[[], None] | None) -> None:
        """Takes what to call when the caller of the exchange that runs leaves; calls it at once if it has left."""
        self._departure = departure
        if departure is not None and self._running is not None and self._running.disconnected:
            departure()

    def on_message_begin(self) -> None:
        """Begins to count, and hands the application its ways to the connection."""
        super().on_message_begin()
        self._in_headers = True
        self._header_bytes = 0
        self.scope["weir.cut"] = self.transport.abort  # type: ignore[typeddict-unknown-key] # a key of our own
        self.scope[WATCH] = self.watch  # type: ignore[typeddict-unknown-key] # a key of our own

    def on_headers_complete(self) -> None:
        """Starts the application, unless the headers are too large."""
        self._in_headers = False
        self._in_body = True
        if self._headers_span or self._fed_bytes > LARGEST_HEADERS:
            size = len(self.url) + sum([len(name) + len(value) + PUNCTUATION for name, value in self.headers])
            if size > LARGEST_HEADERS:
                self._fault = too_large()
                raise HeadersTooLarge
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Notes where a body ends."""
        self._in_body = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers what the parser stopped at; uvicorn calls it with a sentence of its own."""
        self._refuse(self._fault or invalid_request(msg).reply)

    def _refuse(self, reply: ErrorReply) -> None:
        """Answers outside of any exchange and closes; says nothing where an exchange has begun to answer.

        A caller that still sends would not see the answer if its bytes met a closed socket: they are thrown away first,
        unless an exchange runs, which must learn at once that its caller is lost.
        """
        running = self._running
        idle = running is None or running.response_complete
        if running is None or idle or not running.response_started:
            body = write_error(reply)
            headers = [
                *self.server_state.default_headers,
                JSON_TYPE,
                (b"content-length", b"%d" % len(body)),
                (REQUEST_ID, RequestIds().new().encode("ascii")),
                *error_headers(reply),
                CLOSE,
            ]
            lines = b"".join(b"%s: %s\r\n" % header for header in headers)
            self.transport.write(b"".join((STATUS_LINE[reply.status], lines, b"\r\n", body)))
        self._deaf = True
        if idle:
            self.transport.write_eof()
            self.loop.call_later(LINGER, self.transport.close)
        else:
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Runs the application for one exchange."""
        self._running = cycle
        if cycle.scope["method"] != "HEAD":
            cycle.transport = cast("asyncio.Transport", HeldStart(cycle))
        if cycle.scope["http_version"] == "1.0":
            app = CloseDelimited(app, cycle)
        super()._start_asgi_task(cycle, app)

    def _unsupported_upgrade_warning(self) -> None:
        """Says nothing: HTTP clients that offer HTTP/2 are no reason to worry."""
