"""A provider over a real socket that does exactly what a script says, byte by byte, and remembers what it saw."""

import asyncio
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Self, TypeAlias, cast

SSE_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
"""The head of a streamed reply, to be followed by chunks."""

LAST_CHUNK = b"0\r\n\r\n"
"""The proper end of a chunked body."""


def chunk(data: bytes) -> bytes:
    """Wraps data as one chunk of a chunked body."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def reply(body: bytes = b"{}", status: str = "200 OK", *, length: int | None = None, headers: str = "") -> bytes:
    """Writes a whole reply. `length` overrides the true length; `headers` holds further lines that end in CRLF."""
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status}\r\ncontent-length: {size}\r\n{headers}\r\n".encode() + body


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came in; header names are lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


Script: TypeAlias = "Callable[[RawRequest, RawConnection], Awaitable[None]]"
"""What to do with each request. When it returns, the connection stays open for the next one."""


class RawConnection(asyncio.Protocol):
    """One connection of a client: the script's hand on it, and the record of its end."""

    def __init__(self, provider: "RawProvider") -> None:
        """Belongs to the provider that accepted it."""
        self.requests: list[RawRequest] = []
        self.sent = 0
        self.closed = asyncio.Event()
        self.closed_at: float | None = None
        self._provider = provider
        self._received = b""
        self._writable = asyncio.Event()
        self._writable.set()
        self._waiting: asyncio.Queue[RawRequest] = asyncio.Queue()

    def push(self, data: bytes) -> None:
        """Writes without waiting; raises ConnectionError if the client is gone."""
        if self._transport.is_closing():
            raise ConnectionResetError
        self._transport.write(data)
        self.sent += len(data)

    async def send(self, *pieces: bytes) -> None:
        """Writes the pieces one by one and waits until the socket took them."""
        for piece in pieces:
            self.push(piece)
            await asyncio.sleep(0)
            await self._writable.wait()

    async def stall(self) -> None:
        """Does nothing until the client leaves."""
        await self.closed.wait()

    def cut(self) -> None:
        """Ends the connection with a FIN, after what was sent."""
        self._transport.close()

    def drop(self) -> None:
        """Ends the connection without waiting until the client took what was sent."""
        self._transport.abort()

    def reset(self) -> None:
        """Ends the connection with a RST."""
        raw = cast("socket.socket", self._transport.get_extra_info("socket"))
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Starts to serve."""
        self._transport = cast("asyncio.Transport", transport)
        self._provider.connections.append(self)
        if self._provider.greeting:
            self._transport.write(self._provider.greeting)
        if self._provider.deaf:
            self._transport.pause_reading()
        self._provider.start(self._serve())

    def connection_lost(self, exc: Exception | None) -> None:
        """Notes when the connection ended, from whichever side."""
        self.closed_at = asyncio.get_running_loop().time()
        self.closed.set()
        self._writable.set()

    def pause_writing(self) -> None:
        """Makes `send` wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Lets `send` go on."""
        self._writable.set()

    def data_received(self, data: bytes) -> None:
        """Puts requests together."""
        self._received += data
        while (request := self._next_request()) is not None:
            self.requests.append(request)
            self._provider.requests.append(request)
            self._waiting.put_nowait(request)

    def _next_request(self) -> RawRequest | None:
        head, end, rest = self._received.partition(b"\r\n\r\n")
        if not end:
            return None
        line, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return None
        self._received = rest[length:]
        return RawRequest(line, headers, rest[:length])

    async def _serve(self) -> None:
        while not self.closed.is_set():
            request = await self._waiting.get()
            try:
                await self._provider.script(request, self)
            except ConnectionError:
                return


class RawProvider:
    """Serves a script on a free port: `async with RawProvider(script) as provider: ... provider.url`."""

    def __init__(self, script: Script, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        """Takes what to do with each request, the address to listen at, and a TLS context for https.

        `greeting`, if set, is sent to whoever connects, before a request; if `deaf`, nothing is read.
        """
        self.script = script
        self.greeting = b""
        self.deaf = False
        self.connections: list[RawConnection] = []
        self.requests: list[RawRequest] = []
        self._host = host
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The address of an endpoint."""
        scheme = "http" if self._tls is None else "https"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self.port}/v1/chat/completions"

    @property
    def open_connections(self) -> int:
        """How many connections have not ended."""
        return sum(not connection.closed.is_set() for connection in self.connections)

    async def __aenter__(self) -> Self:
        """Listens."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: RawConnection(self), self._host, 0, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stops, closes what is open, and raises what went wrong in a script."""
        self._server.close()
        for connection in self.connections:
            connection.drop()
        for task in self._tasks:
            task.cancel()
        outcomes = await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    def start(self, serving: Coroutine[None, None, None]) -> None:
        """Runs the service of one connection, at most until the provider stops."""
        self._tasks.add(asyncio.get_running_loop().create_task(serving))
