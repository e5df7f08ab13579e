"""Connections are kept when nothing of the reply is left, and closed at once when something is."""

import asyncio

import pytest

from gateway_core.errors import Draining, UpstreamError
from gateway_core.providers.http.http_upstream import HttpUpstream
from tests.fakes.deaf_port import deaf_port
from tests.fakes.eventually import eventually
from tests.fakes.http_upstreams import request, stream_request, tidy_upstream
from tests.fakes.raw_provider import LAST_CHUNK, SSE_HEAD, RawConnection, RawProvider, RawRequest, chunk, reply

AT_ONCE = 1.0


async def answering(_: RawRequest, connection: RawConnection) -> None:
    await connection.send(reply(b"{}"))


async def stalling(_: RawRequest, connection: RawConnection) -> None:
    await connection.stall()


async def stalling_in_the_body(_: RawRequest, connection: RawConnection) -> None:
    await connection.send(SSE_HEAD, chunk(b"one"))
    await connection.stall()


async def ask(upstream: HttpUpstream, url: str) -> bytes:
    async with upstream.send(request(url)) as got:
        return await got.read_all(1000)


async def test_requests_one_after_the_other_share_a_connection_whatever_their_path() -> None:
    async with RawProvider(answering) as provider, tidy_upstream() as upstream:
        for path in ("", "/a", "/b?c=d"):
            assert await ask(upstream, provider.url + path) == b"{}"
        assert len(provider.connections) == 1
    assert provider.open_connections == 0


async def test_a_stream_read_to_its_end_leaves_its_connection_to_the_next_request() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(SSE_HEAD, chunk(b"one"), LAST_CHUNK)

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        for _ in range(2):
            async with upstream.send(stream_request(provider.url)) as got:
                while await got.read():
                    got.progressed()
        assert len(provider.connections) == 1


async def test_a_connection_that_the_provider_wants_closed_is_not_kept() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(reply(headers="connection: close\r\n"))

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        for _ in range(2):
            assert await ask(upstream, provider.url) == b"{}"
        assert len(provider.connections) == 2
        await provider.connections[1].closed.wait()


async def test_a_reply_that_comes_before_the_request_is_out_costs_the_connection() -> None:
    async with RawProvider(stalling) as provider, tidy_upstream() as upstream:
        provider.greeting = reply(b"too large", "413 Payload Too Large")
        provider.deaf = True
        for _ in range(2):
            async with upstream.send(request(provider.url, body=b"x" * 50_000_000)) as got:
                assert got.status == 413
                assert await got.read_all(100) == b"too large"
        assert len(provider.connections) == 2


@pytest.mark.parametrize("end", ["cut", "reset"])
async def test_a_kept_connection_that_was_closed_while_idle_is_not_noticed(end: str) -> None:
    async with RawProvider(answering) as provider, tidy_upstream() as upstream:
        await ask(upstream, provider.url)
        if end == "cut":
            provider.connections[0].cut()
        else:
            provider.connections[0].reset()
        assert await ask(upstream, provider.url) == b"{}"
        assert [len(connection.requests) for connection in provider.connections] == [1, 1]


@pytest.mark.parametrize("end", ["cut", "reset"])
async def test_a_kept_connection_that_is_closed_as_the_request_arrives_is_replaced_by_a_new_one(end: str) -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        if connection is not provider.connections[-1] or len(connection.requests) == 1:
            await connection.send(reply(b"{}"))
        elif end == "cut":
            connection.cut()
        else:
            connection.reset()

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        await ask(upstream, provider.url)
        assert await ask(upstream, provider.url) == b"{}"
        assert [len(connection.requests) for connection in provider.connections] == [2, 1]


async def test_a_request_is_repeated_once_only_and_never_on_another_kept_connection() -> None:
    together = asyncio.Barrier(2)
    broken = False

    async def script(_: RawRequest, connection: RawConnection) -> None:
        if broken:
            connection.cut()
            return
        await together.wait()
        await connection.send(reply(b"{}"))

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        await asyncio.gather(ask(upstream, provider.url), ask(upstream, provider.url))
        broken = True
        with pytest.raises(UpstreamError) as caught:
            await ask(upstream, provider.url)
        assert caught.value.facts == {"cause": "closed"}
        assert sorted(len(connection.requests) for connection in provider.connections) == [1, 1, 2]


@pytest.mark.parametrize("end", ["cut", "reset"])
async def test_a_request_whose_reply_has_begun_is_not_repeated(end: str) -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        if len(connection.requests) == 1:
            await connection.send(reply(b"{}"))
            return
        await connection.send(b"H")
        if end == "cut":
            connection.cut()
        else:
            connection.reset()

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        await ask(upstream, provider.url)
        with pytest.raises(UpstreamError):
            await ask(upstream, provider.url)
        assert [len(connection.requests) for connection in provider.connections] == [2]


async def test_bytes_that_nobody_asked_for_are_not_taken_for_the_next_reply() -> None:
    async with RawProvider(answering) as provider, tidy_upstream() as upstream:
        await ask(upstream, provider.url)
        await provider.connections[0].send(reply(b"poison", "408 Request Timeout"))
        await asyncio.sleep(0.02)
        assert await ask(upstream, provider.url) == b"{}"
        assert len(provider.connections) == 2


async def test_leaving_in_mid_body_closes_the_connection_at_once() -> None:
    async with RawProvider(stalling_in_the_body) as provider, tidy_upstream() as upstream:
        async with upstream.send(stream_request(provider.url)) as got:
            assert await got.read() == b"one"
        async with asyncio.timeout(AT_ONCE):
            await provider.connections[0].closed.wait()


@pytest.mark.parametrize("stage", ["connect", "head", "body"])
async def test_cancelling_closes_the_connection_at_once(stage: str) -> None:
    reading = asyncio.Event()

    async def call(upstream: HttpUpstream, url: str) -> None:
        async with upstream.send(stream_request(url)) as got:
            await got.read()
            reading.set()
            await got.read()

    with deaf_port() as deaf:
        script = stalling_in_the_body if stage == "body" else stalling
        async with RawProvider(script) as provider, tidy_upstream() as upstream:
            task = asyncio.create_task(call(upstream, deaf if stage == "connect" else provider.url))
            if stage == "connect":
                await asyncio.sleep(0.02)
            elif stage == "head":
                await eventually(lambda: bool(provider.requests))
            else:
                await reading.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            async with asyncio.timeout(AT_ONCE):
                for connection in provider.connections:
                    await connection.closed.wait()


async def test_an_unread_reply_stalls_the_provider_at_a_bounded_number_of_bytes() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(SSE_HEAD)
        while True:
            await connection.send(chunk(b"x" * 65_536))

    async with (
        RawProvider(script) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url)) as got,
    ):
        connection = provider.connections[0]
        sent = -1
        while connection.sent != sent:
            sent = connection.sent
            await asyncio.sleep(0.1)
        assert sent < 16_000_000
        while connection.sent == sent:
            assert 0 < len(await got.read()) <= 512 * 1024


async def test_many_requests_at_once_each_get_their_own_reply() -> None:
    async def script(sent: RawRequest, connection: RawConnection) -> None:
        await asyncio.sleep(0.01)
        await connection.send(reply(sent.body))

    async def call(upstream: HttpUpstream, url: str, number: int) -> bool:
        body = b"%d" % number
        async with upstream.send(request(url, body=body)) as got:
            return await got.read_all(100) == body

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        for _ in range(3):
            assert all(await asyncio.gather(*(call(upstream, provider.url, number) for number in range(64))))
        assert len(provider.connections) == 64


async def test_more_requests_than_connections_wait_for_their_turn() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        assert provider.open_connections <= 2
        await asyncio.sleep(0.01)
        await connection.send(reply(b"{}"))

    async with RawProvider(script) as provider, tidy_upstream(connections_per_origin=2) as upstream:
        assert await asyncio.gather(*(ask(upstream, provider.url) for _ in range(8))) == [b"{}"] * 8
        assert len(provider.connections) == 2


@pytest.mark.parametrize("stage", ["connect", "head", "body"])
async def test_closing_ends_what_is_under_way(stage: str) -> None:
    with deaf_port() as deaf:
        script = stalling_in_the_body if stage == "body" else stalling
        async with RawProvider(script) as provider, tidy_upstream() as upstream:
            task = asyncio.create_task(ask(upstream, deaf if stage == "connect" else provider.url))
            if stage == "connect":
                await asyncio.sleep(0.02)
            else:
                await eventually(lambda: bool(provider.requests))
            await asyncio.sleep(0.02)
            await upstream.close()
            with pytest.raises(Draining):
                await task
            with pytest.raises(Draining):
                await ask(upstream, provider.url)
        assert provider.open_connections == 0
