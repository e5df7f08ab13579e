"""What providers answer arrives as it is: heads, bodies, limits; and requests leave as they should."""

import gzip

import pytest

from gateway_core.errors import UpstreamError
from gateway_core.providers.upstream import Upstream
from tests.fakes.http_upstreams import request, stream_request, tidy_upstream
from tests.fakes.raw_provider import LAST_CHUNK, SSE_HEAD, RawConnection, RawProvider, RawRequest, Script, chunk, reply


def sending(*pieces: bytes) -> Script:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(*pieces)

    return script


async def test_a_reply_has_status_headers_and_body() -> None:
    answer = reply(b'{"id": "1"}', headers="Content-Type: application/json\r\nX-Request-Id: abc\r\n")
    async with RawProvider(sending(answer)) as provider, tidy_upstream() as upstream:
        sender: Upstream = upstream
        async with sender.send(request(provider.url)) as got:
            assert got.status == 200
            assert got.headers["x-request-id"] == "abc"
            assert await got.read_all(1000) == b'{"id": "1"}'
            assert await got.read() == b""
            got.progressed()


async def test_a_request_leaves_as_one_post_with_its_own_headers_and_ours() -> None:
    headers = {
        "Authorization": "Bearer k",
        "content-type": "application/json",
        "Host": "elsewhere",
        "Content-Length": "9",
    }
    async with RawProvider(sending(reply())) as provider, tidy_upstream() as upstream:
        url = provider.url + "?api-version=1"
        async with upstream.send(request(url, body=b"{}", headers=headers)) as got:
            await got.read_all(10)
        (sent,) = provider.requests
        assert sent.line == "POST /v1/chat/completions?api-version=1 HTTP/1.1"
        assert sent.body == b"{}"
        assert sent.headers == {
            "host": f"127.0.0.1:{provider.port}",
            "user-agent": "weir/test",
            "accept-encoding": "identity",
            "authorization": "Bearer k",
            "content-type": "application/json",
            "content-length": "2",
        }


async def test_a_large_request_body_arrives_whole() -> None:
    body = bytes(range(256)) * 8192
    async with RawProvider(sending(reply())) as provider, tidy_upstream() as upstream:
        async with upstream.send(request(provider.url, body=body)) as got:
            await got.read_all(10)
        assert provider.requests[0].body == body


@pytest.mark.parametrize("status", ["200 OK", "301 Moved", "400 Bad Request", "401 No", "429 Slow", "500 Oh", "503 Oh"])
async def test_every_final_status_arrives_with_its_body(status: str) -> None:
    answer = reply(b"the body", status, headers="location: http://192.0.2.1/\r\nset-cookie: a=b\r\n")
    async with RawProvider(sending(answer)) as provider, tidy_upstream() as upstream:
        for _ in range(2):
            async with upstream.send(request(provider.url)) as got:
                assert got.status == int(status[:3])
                assert await got.read_all(100) == b"the body"
        assert [sent.headers.get("cookie") for sent in provider.requests] == [None, None]
        assert len(provider.connections) == 1


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
async def test_a_status_without_a_body_ends_at_once(status: str) -> None:
    async with RawProvider(sending(f"HTTP/1.1 {status}\r\n\r\n".encode())) as provider, tidy_upstream() as upstream:
        for _ in range(2):
            async with upstream.send(request(provider.url)) as got:
                assert got.status == int(status[:3])
                assert await got.read_all(0) == b""
        assert len(provider.connections) == 1


async def test_provisional_replies_are_passed_over() -> None:
    script = sending(b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n", reply(b"end"))
    async with (
        RawProvider(script) as provider,
        tidy_upstream() as upstream,
        upstream.send(request(provider.url)) as got,
    ):
        assert got.status == 200
        assert await got.read_all(100) == b"end"


async def test_a_stream_is_read_piece_by_piece_to_its_proper_end() -> None:
    turn = 0

    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(SSE_HEAD, chunk(b"data: 0\n\n"))

    async with (
        RawProvider(script) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url)) as got,
    ):
        while piece := await got.read():
            assert piece == b"data: %d\n\n" % turn
            got.progressed()
            turn += 1
            last = turn == 3
            await provider.connections[0].send(LAST_CHUNK if last else chunk(b"data: %d\n\n" % turn))
    assert turn == 3


async def test_a_body_without_length_ends_with_the_connection() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(b"HTTP/1.0 200 OK\r\n\r\nall ", b"of it")
        connection.cut()

    async with (
        RawProvider(script) as provider,
        tidy_upstream() as upstream,
        upstream.send(request(provider.url)) as got,
    ):
        assert await got.read_all(100) == b"all of it"


async def test_a_compressed_body_arrives_unpacked_even_when_read_in_small_steps() -> None:
    plain = b"0123456789abcdef" * 131072
    answer = reply(gzip.compress(plain), headers="content-encoding: gzip\r\n")
    async with (
        RawProvider(sending(answer)) as provider,
        tidy_upstream() as upstream,
        upstream.send(request(provider.url)) as got,
    ):
        assert await got.read_all(len(plain)) == plain


async def test_a_body_as_long_as_the_limit_is_read_and_a_longer_one_is_refused() -> None:
    body = b"x" * 300_000
    async with RawProvider(sending(reply(body))) as provider, tidy_upstream() as upstream:
        async with upstream.send(request(provider.url)) as got:
            assert await got.read_all(300_000) == body
        async with upstream.send(request(provider.url)) as got:
            with pytest.raises(UpstreamError) as caught:
                await got.read_all(299_999)
        assert caught.value.facts == {"cause": "too_large"}


async def test_a_provider_may_live_at_an_ipv6_address() -> None:
    async with RawProvider(sending(reply(b"six")), host="::1") as provider, tidy_upstream() as upstream:
        async with upstream.send(request(provider.url)) as got:
            assert await got.read_all(10) == b"six"
        assert provider.requests[0].headers["host"] == f"[::1]:{provider.port}"


async def test_a_compressed_body_without_length_is_read_to_its_end() -> None:
    plain = b"0" * 4_000_000

    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(b"HTTP/1.0 200 OK\r\ncontent-encoding: gzip\r\n\r\n", gzip.compress(plain))
        connection.cut()

    async with (
        RawProvider(script) as provider,
        tidy_upstream() as upstream,
        upstream.send(request(provider.url)) as got,
    ):
        await provider.connections[0].closed.wait()
        assert await got.read_all(len(plain)) == plain


async def test_more_urls_than_are_remembered_still_share_the_connections_of_their_origin() -> None:
    async with RawProvider(sending(reply())) as provider, tidy_upstream() as upstream:
        for number in range(1100):
            async with upstream.send(request(f"{provider.url}/{number}")) as got:
                await got.read_all(10)
        assert provider.requests[-1].line.endswith("/1099 HTTP/1.1")
        assert len(provider.connections) == 1
