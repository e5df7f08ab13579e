"""The corners of a connection that a socket shows too rarely."""

import asyncio

import aiohttp
import pytest

from gateway_core.providers.http.wire import Wire


class DeadEnd(asyncio.Transport):
    """A transport that takes everything and gives nothing."""

    def __init__(self) -> None:
        """Is open."""
        super().__init__()
        self.reading = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Drops the data."""

    def pause_reading(self) -> None:
        """Notes that nothing is wanted."""
        self.reading = False


async def test_a_connection_that_is_gone_before_it_is_used_is_disconnected() -> None:
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await Wire(asyncio.get_running_loop()).ask(b"", b"")


async def test_a_connection_lost_while_its_reader_is_behind_does_not_end_the_body_cleanly() -> None:
    wire = Wire(asyncio.get_running_loop())
    transport = DeadEnd()
    wire.connection_made(transport)
    wire.data_received(b"")
    asked = asyncio.create_task(wire.ask(b"POST / HTTP/1.1\r\n\r\n", b""))
    await asyncio.sleep(0)
    wire.data_received(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000)
    assert not transport.reading
    _, body = await asked
    assert not wire.expects_more(body)
    wire.connection_lost(None)
    with pytest.raises(aiohttp.ClientPayloadError):
        await body.readany()
