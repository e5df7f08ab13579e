"""The server listens where it is told, lets requests finish when it stops, and stops all the same."""

import asyncio

import msgspec
import pytest
from starlette.types import Receive, Scope, Send

from rest_facade.server import BindError, serve_http
from tests.fakes.eventually import eventually
from tests.fakes.scripted_core import ScriptedCore, Wait, chunks, completed, reply
from tests.fakes.served_facade import HELLO, hang_up, raw_post, served_facade

PLAIN = msgspec.json.encode(HELLO)
STREAM = msgspec.json.encode(HELLO | {"stream": True})


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"hi"})


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:0", "[::1]:0"])
async def test_port_0_finds_one_and_tells_it(listen: str) -> None:
    async with serve_http(hello, listen, drain=0) as address:
        host, _, port = address.rpartition(":")
        assert int(port) > 0
        reader, writer = await asyncio.open_connection(host.strip("[]"), int(port))
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        got = await reader.read(-1)
        await hang_up([writer])
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"date: " in got


async def test_an_address_in_use_is_told() -> None:
    async with serve_http(hello, "127.0.0.1:0", drain=0) as address:
        with pytest.raises(BindError, match=address):
            async with serve_http(hello, address, drain=0):
                pass


@pytest.mark.parametrize("listen", ["127.0.0.1:port", "127.0.0.1:99999", "nowhere.invalid:0"])
async def test_an_address_that_is_none_is_told(listen: str) -> None:
    with pytest.raises(BindError):
        async with serve_http(hello, listen, drain=0):
            pass


@pytest.mark.parametrize("body", [PLAIN, STREAM])
async def test_a_running_request_finishes_when_the_server_stops(body: bytes) -> None:
    gate = Wait()
    last = [reply()] if body == PLAIN else [chunks("a"), completed()]
    core = ScriptedCore(gate, *last)
    async with served_facade(core, drain=10) as facade:
        reader, writer = await facade.connect()
        idle, _ = await facade.connect()
        writer.write(raw_post(body))
        await core.called.wait()
        reading = asyncio.ensure_future(reader.read(-1))

        async def let_go_once_it_stops() -> None:
            assert await idle.read(-1) == b""
            gate.until.set()

        letting = asyncio.ensure_future(let_go_once_it_stops())
    got = await reading
    await letting
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert got.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n" if body == STREAM else b"}")


async def test_a_stream_that_outlives_the_drain_ends_in_an_error_event() -> None:
    core = ScriptedCore(chunks("a"), Wait())
    async with served_facade(core, drain=0.05) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(STREAM))
        await reader.readuntil(b"data: ")
        reading = asyncio.ensure_future(reader.read(-1))
    rest = await reading
    assert b'"code":"draining"' in rest
    assert b"[DONE]" not in rest


async def test_a_request_that_outlives_the_drain_is_told_to_come_back() -> None:
    core = ScriptedCore(Wait())
    async with served_facade(core, drain=0.05) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(PLAIN))
        await core.called.wait()
        reading = asyncio.ensure_future(reader.read(-1))
    got = await reading
    assert got.startswith(b"HTTP/1.1 503 ")
    assert b'"code":"draining"' in got


async def test_a_reader_who_does_not_read_does_not_keep_the_server_from_stopping() -> None:
    core = ScriptedCore(*[chunks("x" * 50_000) for _ in range(400)])
    async with asyncio.timeout(20):
        async with served_facade(core, drain=0.1) as facade:
            _, writer = await facade.connect()
            writer.write(raw_post(STREAM))
            await eventually(lambda: core.sent > 5)
    writer.close()


async def test_an_application_that_breaks_off_after_its_headers_closes_the_connection() -> None:
    async def breaks_off(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})

    async with serve_http(breaks_off, "127.0.0.1:0", drain=0) as address:
        reader, writer = await asyncio.open_connection(*address.split(":"))
        writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        got = await reader.read(-1)
        await hang_up([writer])
    assert got.startswith(b"HTTP/1.1 200 OK\r\n")
    assert got.endswith(b"\r\n\r\n")
