"""HTTP as it comes over the wire: old, pipelined, offered upgrades, absurd."""

import asyncio

import msgspec
import pytest

from rest_facade.settings import FacadeSettings
from tests.fakes.scripted_core import ScriptedCore, Wait, chunks, completed, reply, started
from tests.fakes.served_facade import HELLO, ServedFacade, raw_post, served_facade

PLAIN = msgspec.json.encode(HELLO)
STREAM = msgspec.json.encode(HELLO | {"stream": True})


async def exchange(facade: ServedFacade, sent: bytes) -> bytes:
    """Sends bytes and reads until the other side closes."""
    reader, writer = await facade.connect()
    writer.write(sent)
    return await asyncio.wait_for(reader.read(-1), 10)


def head_and_body(got: bytes) -> tuple[list[str], bytes]:
    head, _, body = got.partition(b"\r\n\r\n")
    return head.decode().lower().split("\r\n"), body


async def test_an_old_client_gets_a_whole_reply() -> None:
    async with served_facade(ScriptedCore(reply())) as facade:
        head, body = head_and_body(await exchange(facade, raw_post(PLAIN, version="1.0")))
    assert head[0] == "http/1.1 200 ok"
    assert msgspec.json.decode(body)["object"] == "chat.completion"


async def test_an_old_client_gets_a_stream_without_chunks_that_ends_with_the_connection() -> None:
    async with served_facade(ScriptedCore(chunks("a"), chunks("b"), completed())) as facade:
        head, body = head_and_body(await exchange(facade, raw_post(STREAM, version="1.0")))
    assert "transfer-encoding: chunked" not in head
    assert "connection: close" in head
    assert body.startswith(b"data: {")
    assert body.endswith(b"}\n\ndata: [DONE]\n\n")


async def test_an_old_client_gets_errors_with_their_length() -> None:
    async with served_facade(ScriptedCore()) as facade:
        head, body = head_and_body(await exchange(facade, raw_post(b"{", version="1.0")))
    assert head[0] == "http/1.1 400 bad request"
    assert f"content-length: {len(body)}" in head


async def test_pipelined_requests_are_answered_in_order() -> None:
    core = ScriptedCore(reply())
    sent = raw_post(PLAIN, "x-request-id: one") + raw_post(b"{", "x-request-id: two")
    last = raw_post(PLAIN, "x-request-id: three", "connection: close")
    async with served_facade(core) as facade:
        got = await exchange(facade, sent + last)
    places = [got.index(b"x-request-id: " + name) for name in (b"one", b"two", b"three")]
    assert places == sorted(places)
    assert got.count(b"HTTP/1.1 200 OK") == 2
    assert got.count(b"HTTP/1.1 400 Bad Request") == 1


async def test_an_offer_of_another_protocol_is_passed_over() -> None:
    async with served_facade(ScriptedCore(reply())) as facade:
        offer = ("connection: Upgrade, HTTP2-Settings", "upgrade: h2c", "http2-settings: AAMAAABkAAQCAAAAAAIAAAAA")
        reader, writer = await facade.connect()
        writer.write(raw_post(PLAIN, *offer))
        assert (await reader.readline()) == b"HTTP/1.1 200 OK\r\n"


async def test_a_client_that_asks_first_is_told_to_go_on() -> None:
    sent = raw_post(PLAIN, "expect: 100-continue", "connection: close")
    async with served_facade(ScriptedCore(reply())) as facade:
        reader, writer = await facade.connect()
        writer.write(sent[: -len(PLAIN)])
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100 ")
        writer.write(PLAIN)
        assert (await reader.readline()) == b"HTTP/1.1 200 OK\r\n"


async def test_a_client_that_asks_first_is_spared_a_body_that_is_too_large() -> None:
    sent = raw_post(b"x" * 1001, "expect: 100-continue")
    async with served_facade(ScriptedCore(), FacadeSettings(max_body_bytes=1000)) as facade:
        reader, writer = await facade.connect()
        writer.write(sent[:-1001])
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nhost: x\r\nx-long: " + b"a" * 70_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\n" + b"".join(b"x-%d: y\r\n" % number for number in range(9_000)) + b"\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nx-endless: " + b"a" * 300_000,
    ],
)
async def test_headers_without_measure_are_refused_in_openais_words(sent: bytes) -> None:
    async with served_facade(ScriptedCore()) as facade:
        reader, writer = await facade.connect()
        for start in range(0, len(sent), 4096):
            writer.write(sent[start : start + 4096])
            await asyncio.sleep(0)
        head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)).decode().lower()
    assert head.startswith("http/1.1 431 ")
    assert "connection: close" in head
    assert "x-request-id: req_" in head


@pytest.mark.parametrize(
    "sent",
    [
        b"what is this?\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\nna me: y\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nhost: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_in_openais_words(sent: bytes) -> None:
    async with served_facade(ScriptedCore()) as facade:
        head, body = head_and_body(await exchange(facade, sent))
    assert head[0] == "http/1.1 400 bad request"
    assert msgspec.json.decode(body)["error"]["type"] == "invalid_request_error"


async def test_rubbish_after_a_request_ends_its_stream_and_does_not_get_into_it() -> None:
    core = ScriptedCore(started(), chunks("a"), Wait(), completed())
    async with served_facade(core) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(STREAM))
        await reader.readuntil(b"\n\n\r\n")
        writer.write(b"rubbish\r\n\r\n")
        assert await asyncio.wait_for(reader.read(-1), 5) == b""
        await asyncio.wait_for(core.cancelled.wait(), 1)


async def test_rubbish_after_a_request_cancels_what_nobody_will_read() -> None:
    core = ScriptedCore(Wait(), reply())
    async with served_facade(core) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(PLAIN))
        await core.called.wait()
        writer.write(b"rubbish\r\n\r\n")
        assert (await asyncio.wait_for(reader.read(-1), 5)).startswith(b"HTTP/1.1 400 ")
        await asyncio.wait_for(core.cancelled.wait(), 1)


async def test_headers_in_several_packets_are_counted_together() -> None:
    lines = b"".join(b"x-%d: %b\r\n" % (number, b"y" * 100) for number in range(700))
    sent = b"GET / HTTP/1.1\r\nhost: x\r\n" + lines + b"\r\n"
    async with served_facade(ScriptedCore()) as facade:
        reader, writer = await facade.connect()
        writer.write(sent[:60_000])
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(sent[60_000:])
        assert (await asyncio.wait_for(reader.readline(), 5)).startswith(b"HTTP/1.1 431 ")


async def test_many_large_requests_over_one_connection_are_no_large_headers() -> None:
    body = msgspec.json.encode({"model": "fast", "messages": [{"role": "user", "content": "x" * 100_000}]})
    core = ScriptedCore(reply())
    async with served_facade(core) as facade:
        got = await exchange(facade, raw_post(body) * 3 + raw_post(body, "connection: close"))
    assert got.count(b"HTTP/1.1 200 OK") == 4


async def test_a_body_in_broken_chunks_is_refused() -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    async with served_facade(ScriptedCore()) as facade:
        got = await exchange(facade, head + b"zz\r\n")
    assert got.startswith(b"HTTP/1.1 400 ")


async def test_a_body_in_chunks_is_taken() -> None:
    head = b"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
    body = b"".join(b"%x\r\n%b\r\n" % (1, PLAIN[at : at + 1]) for at in range(len(PLAIN)))
    async with served_facade(ScriptedCore(reply())) as facade:
        got = await exchange(facade, head + body + b"0\r\n\r\n")
    assert got.startswith(b"HTTP/1.1 200 ")


async def test_headers_and_the_first_piece_leave_in_one_go() -> None:
    async with served_facade(ScriptedCore(chunks("a"), Wait())) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(STREAM))
        first = await reader.read(65536)
    assert first.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\ndata: {" in first
