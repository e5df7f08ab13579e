"""A pooler in front of PostgreSQL that gives each transaction another connection, like PgBouncer in transaction mode.

It passes messages on and understands only where one ends and when a transaction does.
"""

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

SOCKET = ".s.PGSQL.5432"
ENCRYPTION_REQUESTS = (80877103, 80877104)
STARTUP = 196608
READY = b"Z"
TERMINATE = b"X"
ASKING = (b"Q", b"S")
IDLE = b"I"
GONE = (asyncio.IncompleteReadError, ConnectionError)


@dataclass(slots=True)
class Link:
    """One connection to the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@dataclass(slots=True)
class Pooler:
    """Holds the connections that nobody uses. `switches` counts how often a client got another one than before."""

    server: Path
    spare: int = 2
    idle: deque[Link] = field(default_factory=deque)
    switches: int = 0
    open: list[Link] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves one client."""
        with suppress(*GONE):
            startup = await read_startup(reader, writer)
            while len(self.idle) < self.spare:
                self.idle.append((await self.connect(startup))[0])
            greeting = (await self.connect(startup))[1]
            writer.write(greeting)
            await self.relay(reader, writer)
        writer.close()

    async def connect(self, startup: bytes) -> tuple[Link, bytes]:
        """Opens a connection to the server and gives what it says until it is ready."""
        link = Link(*await asyncio.open_unix_connection(self.server / SOCKET))
        self.open.append(link)
        link.writer.write(startup)
        said = b""
        while True:
            kind, body = await read_message(link.reader)
            said += kind + body
            if kind == READY:
                return link, said

    async def relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes messages on, with one connection for as long as a transaction lasts."""
        last: Link | None = None
        while True:
            kind, body = await read_message(reader)
            if kind == TERMINATE:
                return
            link = self.idle.popleft()
            self.switches += last is not None and link is not last
            last = link
            await transact((kind, body), (reader, writer), link)
            self.idle.append(link)


async def transact(
    first: tuple[bytes, bytes], client: tuple[asyncio.StreamReader, asyncio.StreamWriter], link: Link
) -> None:
    """Passes messages both ways, the client's `first` one to begin with, until the server is idle and owes nothing."""
    reader, writer = client
    kind, body = first
    owed = int(kind in ASKING)
    link.writer.write(kind + body)
    asked = asyncio.ensure_future(read_message(reader))
    answered = asyncio.ensure_future(read_message(link.reader))
    try:
        while True:
            await asyncio.wait({asked, answered}, return_when=asyncio.FIRST_COMPLETED)
            if answered.done():
                kind, body = answered.result()
                writer.write(kind + body)
                owed -= kind == READY
                if kind == READY and body[-1:] == IDLE and not owed and not asked.done():
                    return
                answered = asyncio.ensure_future(read_message(link.reader))
            if asked.done():
                kind, body = asked.result()
                owed += kind in ASKING
                link.writer.write(kind + body)
                asked = asyncio.ensure_future(read_message(reader))
    finally:
        for task in (asked, answered):
            task.cancel()
        await asyncio.gather(asked, answered, return_exceptions=True)


async def read_startup(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Reads what a client begins with; offers no encryption."""
    while True:
        (length,) = struct.unpack("!I", await reader.readexactly(4))
        body = await reader.readexactly(length - 4)
        (code,) = struct.unpack("!I", body[:4])
        if code in ENCRYPTION_REQUESTS:
            writer.write(b"N")
        elif code == STARTUP:
            return struct.pack("!I", length) + body
        else:
            raise ConnectionResetError("a request to cancel")


async def read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """Reads one message: its kind, and the rest with its length."""
    kind = await reader.readexactly(1)
    length = await reader.readexactly(4)
    return kind, length + await reader.readexactly(struct.unpack("!I", length)[0] - 4)


@asynccontextmanager
async def transaction_pooler(server: Path, folder: Path) -> AsyncIterator[Pooler]:
    """Runs a pooler on a Unix socket in a folder, in front of the server whose socket is in another."""
    pooler = Pooler(server)
    listening = await asyncio.start_unix_server(pooler.serve, folder / SOCKET)
    try:
        yield pooler
    finally:
        listening.close()
        for link in pooler.open:
            link.writer.close()
