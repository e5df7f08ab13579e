"""Accepts connections, as many as wait at each turn of the event loop. It knows no protocol.

libuv takes one connection a turn: under load, where a turn lasts milliseconds, the last of a burst would wait seconds.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

AT_ONCE: Final = 128
PAUSE: Final = 0.5


class Acceptor:
    """Listens on a bound socket from `start` to `close`."""

    def __init__(self, sock: socket.socket, make_protocol: Callable[[], asyncio.Protocol]) -> None:
        """Takes the socket, and what makes the protocol of each connection."""
        self._loop = asyncio.get_running_loop()
        self._sock = sock
        self._make_protocol = make_protocol
        self._connecting: set[asyncio.Task[object]] = set()
        self._resume: asyncio.TimerHandle | None = None

    def start(self, backlog: int) -> None:
        """Begins to accept."""
        self._sock.listen(backlog)
        self._loop.add_reader(self._sock, self._accept)

    def close(self) -> None:
        """Accepts no more; connections that are there stay."""
        if self._resume is not None:
            self._resume.cancel()
        self._loop.remove_reader(self._sock)
        self._sock.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _address = self._sock.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError:
                self._pause()
                return
            connection.setblocking(False)  # noqa: FBT003 # the standard library's signature
            task = self._loop.create_task(self._connect(connection))
            self._connecting.add(task)
            task.add_done_callback(self._connecting.discard)

    async def _connect(self, connection: socket.socket) -> object:
        try:
            return await self._loop.connect_accepted_socket(self._make_protocol, connection)
        except OSError:
            connection.close()
            return None

    def _pause(self) -> None:
        """Leaves the rest waiting for a moment: there are no file descriptors, or no memory, for more."""
        self._loop.remove_reader(self._sock)
        self._resume = self._loop.call_later(PAUSE, self._loop.add_reader, self._sock, self._accept)
