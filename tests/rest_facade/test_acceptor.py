"""Connections are accepted in bursts, and a moment without file descriptors passes."""

import asyncio
import errno
import socket
from typing import cast

from rest_facade import acceptor
from rest_facade.acceptor import Acceptor
from tests.fakes.eventually import eventually


class Greeter(asyncio.Protocol):
    """Greets and closes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greets."""
        wire = cast("asyncio.Transport", transport)
        wire.write(b"hi")
        wire.close()


class Refusing(socket.socket):
    """A listening socket that has an error in store."""

    error: OSError | None = None

    def accept(self) -> tuple[socket.socket, object]:
        """Fails once, then accepts."""
        error, self.error = self.error, None
        if error is not None:
            raise error
        return super().accept()


def bound() -> Refusing:
    sock = Refusing()
    sock.bind(("127.0.0.1", 0))
    sock.setblocking(False)  # noqa: FBT003 # the standard library's signature
    return sock


async def greeting(sock: socket.socket) -> bytes:
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    try:
        return await reader.read()
    finally:
        writer.close()


async def test_a_burst_of_connections_is_accepted_in_one_turn_of_the_loop() -> None:
    sock = bound()
    accepted: list[float] = []

    def greet() -> Greeter:
        accepted.append(asyncio.get_running_loop().time())
        return Greeter()

    listening = Acceptor(sock, greet)
    listening.start(64)
    waiting = [socket.create_connection(sock.getsockname()) for _ in range(50)]
    await eventually(lambda: bool(accepted))
    await asyncio.sleep(0)
    assert len(accepted) == 50
    for connection in waiting:
        connection.close()
    listening.close()


async def test_a_moment_without_file_descriptors_passes() -> None:
    sock = bound()
    sock.error = OSError(errno.EMFILE, "too many open files")
    listening = Acceptor(sock, Greeter)
    listening.start(64)
    started = asyncio.get_running_loop().time()
    assert await asyncio.wait_for(greeting(sock), 10) == b"hi"
    assert asyncio.get_running_loop().time() - started >= acceptor.PAUSE - 0.1
    listening.close()


async def test_a_caller_who_left_while_waiting_costs_nothing() -> None:
    sock = bound()
    sock.error = ConnectionAbortedError()
    listening = Acceptor(sock, Greeter)
    listening.start(64)
    assert await asyncio.wait_for(greeting(sock), 10) == b"hi"
    listening.close()


async def test_closing_while_paused_accepts_no_more() -> None:
    sock = bound()
    sock.error = OSError(errno.EMFILE, "too many open files")
    listening = Acceptor(sock, Greeter)
    listening.start(64)
    with socket.create_connection(sock.getsockname()) as waiting:
        await eventually(lambda: sock.error is None)
        listening.close()
        waiting.settimeout(5)
        try:
            left = await asyncio.to_thread(waiting.recv, 10)
        except ConnectionResetError:
            left = b""
    assert left == b""
