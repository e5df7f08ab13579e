"""Each way in which a connection can fail is one typed error with a cause from the fixed vocabulary."""

import socket

import pytest

from gateway_core.errors import UpstreamError, UpstreamTimeout
from gateway_core.records.timeouts import Timeouts
from tests.fakes.http_upstreams import request, stream_request, tidy_upstream
from tests.fakes.raw_provider import LAST_CHUNK, SSE_HEAD, RawConnection, RawProvider, RawRequest, Script, chunk, reply


def breaking(pieces: tuple[bytes, ...], end: str) -> Script:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(*pieces)
        match end:
            case "cut":
                connection.cut()
            case "reset":
                connection.reset()
            case _:
                await connection.stall()

    return script


@pytest.mark.parametrize(
    ("pieces", "end", "cause"),
    [
        ((), "cut", "closed"),
        ((b"HTTP/1.1 200 OK\r\ncontent-le",), "cut", "closed"),
        ((b"H",), "cut", "closed"),
        ((), "reset", "reset"),
        ((b"SSH-2.0-OpenSSH_9.6\r\n",), "open", "malformed"),
        ((b"\x15\x03\x01\x00\x02\x02F",), "open", "malformed"),
        ((b"HTTP/1.1 20 OK\r\n\r\n",), "open", "malformed"),
        ((b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",), "open", "malformed"),
        ((b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",), "open", "malformed"),
        ((b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n",), "open", "malformed"),
    ],
)
async def test_what_goes_wrong_before_the_head_is_told_on_entering(
    pieces: tuple[bytes, ...], end: str, cause: str
) -> None:
    async with RawProvider(breaking(pieces, end)) as provider, tidy_upstream() as upstream:
        with pytest.raises(UpstreamError) as caught:
            async with upstream.send(request(provider.url)):
                pass
        assert caught.value.facts == {"cause": cause}
        assert len(provider.requests) == 1
        await provider.connections[0].closed.wait()


@pytest.mark.parametrize(
    ("pieces", "end", "cause"),
    [
        ((SSE_HEAD, chunk(b"one")), "cut", "cut"),
        ((SSE_HEAD, chunk(b"one"), b"5\r\ntw"), "cut", "cut"),
        ((SSE_HEAD, chunk(b"one"), LAST_CHUNK[:-2]), "cut", "cut"),
        ((reply(b"one", length=10),), "cut", "cut"),
        ((reply(b"one", length=10),), "reset", "reset"),
        ((b"HTTP/1.1 200 OK\r\n\r\n", b"one"), "reset", "reset"),
        ((SSE_HEAD, chunk(b"one")), "reset", "reset"),
        ((reply(b"not gzip at all", headers="content-encoding: gzip\r\n"),), "open", "malformed"),
    ],
)
async def test_a_body_that_breaks_never_ends_cleanly(pieces: tuple[bytes, ...], end: str, cause: str) -> None:
    async with RawProvider(breaking(pieces, end)) as provider, tidy_upstream() as upstream:
        async with upstream.send(stream_request(provider.url)) as got:
            assert got.status == 200
            with pytest.raises(UpstreamError) as caught:
                await got.read_all(1000)
        assert caught.value.facts == {"cause": cause}
        await provider.connections[0].closed.wait()


async def test_a_body_that_turns_into_garbage_fails_at_once() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(SSE_HEAD, chunk(b"one"))

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        async with upstream.send(stream_request(provider.url)) as got:
            assert await got.read() == b"one"
            await provider.connections[0].send(b"this is no chunk\r\n")
            with pytest.raises(UpstreamError) as caught:
                await got.read()
        assert caught.value.facts == {"cause": "malformed"}


@pytest.mark.parametrize("filler", [b"x" * 4096, b"x-filler: y\r\n" * 256])
async def test_an_endless_head_is_refused_after_a_bounded_number_of_bytes(filler: bytes) -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(b"HTTP/1.1 200 OK\r\nx-filler: ")
        while True:
            await connection.send(filler)

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        with pytest.raises(UpstreamError) as caught:
            async with upstream.send(request(provider.url)):
                pass
        assert caught.value.facts == {"cause": "malformed"}
        await provider.connections[0].closed.wait()


async def test_a_port_where_nobody_listens_refuses() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        async with tidy_upstream() as upstream:
            with pytest.raises(UpstreamError) as caught:
                async with upstream.send(request(f"http://127.0.0.1:{free.getsockname()[1]}/v1")):
                    pass
    assert caught.value.facts == {"cause": "refused"}
    assert "127.0.0.1" not in caught.value.message


async def test_a_provider_that_speaks_no_tls_is_a_tls_failure() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(reply())

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        provider.greeting = b"220 mail.example ready\r\n"
        with pytest.raises(UpstreamError) as caught:
            async with upstream.send(request(provider.url.replace("http://", "https://"))):
                pass
        assert caught.value.facts == {"cause": "tls"}
        assert not provider.requests


@pytest.mark.parametrize("url", ["", "/v1/chat", "ftp://127.0.0.1/", "http://", "http://a:b:c/", "http://127.1:1/"])
async def test_what_is_no_address_is_told_as_such(url: str) -> None:
    async with tidy_upstream() as upstream:
        with pytest.raises(UpstreamError) as caught:
            async with upstream.send(request(url)):
                pass
    assert caught.value.facts == {"cause": "url"}


@pytest.mark.parametrize("value", ["k\r\nx-forged: 1", "k\n", "k\r", "k\0"])
async def test_a_header_cannot_forge_another(value: str) -> None:
    async with RawProvider(breaking((), "open")) as provider, tidy_upstream() as upstream:
        with pytest.raises(UpstreamError) as caught:
            async with upstream.send(request(provider.url, headers={"authorization": value})):
                pass
        assert caught.value.facts == {"cause": "request"}
        assert not provider.connections


async def test_a_failed_body_fails_again_when_read_again() -> None:
    async with (
        RawProvider(breaking((SSE_HEAD,), "open")) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url, timeouts=Timeouts(first_token=0.05))) as got,
    ):
        for _ in range(2):
            with pytest.raises(UpstreamTimeout):
                await got.read()
