"""What comes after a settled reply is read away in the background, within bounds, to keep the connection."""

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from gateway_core.errors import Draining
from gateway_core.providers.http.exchange import HttpExchange
from gateway_core.providers.http.http_upstream import HttpUpstream
from gateway_core.providers.http.leftovers import Leftover
from gateway_core.providers.http.patience import Patience
from gateway_core.providers.http.reply import HttpReply
from gateway_core.providers.upstream import UpstreamRequest
from tests.fakes.eventually import eventually
from tests.fakes.http_upstreams import request, stream_request, tidy_upstream
from tests.fakes.raw_provider import LAST_CHUNK, SSE_HEAD, RawConnection, RawProvider, RawRequest, chunk, reply

AT_ONCE = 1.0
FOREVER = 60.0
DONE = b"data: [DONE]\n\n"


@asynccontextmanager
async def lingering(seconds: float, connections_per_origin: int = 1000) -> AsyncIterator[HttpUpstream]:
    async with tidy_upstream():
        upstream = HttpUpstream(user_agent="weir/test", connections_per_origin=connections_per_origin, linger=seconds)
        try:
            yield upstream
        finally:
            await upstream.close()


class Provider(RawProvider):
    """Says that it is done, and the rest only when it is told that the client has left."""

    def __init__(self, *rest: bytes, end: str = "", head: bytes = SSE_HEAD) -> None:
        """Takes what follows on the last piece, and how the connection ends then."""
        super().__init__(self._answer)
        self.left = asyncio.Event()
        self._rest = rest
        self._end = end
        self._head = head

    async def _answer(self, _: RawRequest, connection: RawConnection) -> None:
        await connection.send(self._head, chunk(DONE))
        await self.left.wait()
        await connection.send(*self._rest)
        if self._end == "cut":
            connection.cut()
        elif self._end == "reset":
            connection.reset()


async def read_until_done(upstream: HttpUpstream, asked: UpstreamRequest, *, settled: bool = True) -> None:
    async with upstream.send(asked) as got:
        assert await got.read() == DONE
        if settled:
            got.settled()


def being_read_away() -> int:
    return sum(type(kept) is Leftover for kept in gc.get_objects())


async def nothing_being_read_away() -> None:
    await eventually(lambda: not being_read_away())


async def closed(connection: RawConnection, within: float = AT_ONCE) -> None:
    async with asyncio.timeout(within):
        await connection.closed.wait()


async def test_an_end_that_comes_late_leaves_the_connection_to_the_next_request() -> None:
    async with Provider(LAST_CHUNK) as provider, lingering(FOREVER) as upstream:
        for _ in range(3):
            provider.left.clear()
            await read_until_done(upstream, stream_request(provider.url))
            assert being_read_away() == 1
            asyncio.get_running_loop().call_later(0.05, provider.left.set)
            await nothing_being_read_away()
        assert [len(connection.requests) for connection in provider.connections] == [3]


async def test_an_end_that_never_comes_costs_the_connection_after_a_moment() -> None:
    async with Provider() as provider, lingering(0.1) as upstream:
        await read_until_done(upstream, stream_request(provider.url))
        left_at = asyncio.get_running_loop().time()
        [connection] = provider.connections
        await closed(connection)
        assert connection.closed_at is not None
        assert connection.closed_at - left_at > 0.09
        await read_until_done(upstream, stream_request(provider.url))
        assert len(provider.connections) == 2


@pytest.mark.parametrize(
    ("pieces", "last", "connections"), [(0, LAST_CHUNK, 1), (6, LAST_CHUNK, 1), (7, b"5", 2), (100, LAST_CHUNK, 2)]
)
async def test_at_most_64_kib_are_read_away(pieces: int, last: bytes, connections: int) -> None:
    async with Provider(*[chunk(b"x" * 10_000)] * pieces, last) as provider, lingering(FOREVER) as upstream:
        await read_until_done(upstream, stream_request(provider.url))
        provider.left.set()
        await nothing_being_read_away()
        await read_until_done(upstream, stream_request(provider.url))
        assert len(provider.connections) == connections


@pytest.mark.parametrize(
    ("rest", "end"),
    [
        (b"", "cut"),
        (b"", "reset"),
        (b"5\r\nhal", "cut"),
        (LAST_CHUNK, "cut"),
        (b"not a chunk\r\n", ""),
        (LAST_CHUNK + reply(b"poison"), ""),
    ],
)
async def test_a_connection_that_ends_badly_is_closed_and_nobody_hears_of_it(rest: bytes, end: str) -> None:
    async with Provider(rest, end=end) as provider, lingering(FOREVER) as upstream:
        await read_until_done(upstream, stream_request(provider.url))
        provider.left.set()
        await nothing_being_read_away()
        await closed(provider.connections[0])
        await read_until_done(upstream, stream_request(provider.url))
        assert len(provider.connections) == 2


async def test_a_connection_that_cannot_be_kept_is_closed_at_once() -> None:
    head = SSE_HEAD.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")
    async with Provider(head=head) as provider, lingering(FOREVER) as upstream:
        await read_until_done(upstream, stream_request(provider.url))
        assert not being_read_away()
        await closed(provider.connections[0])


async def test_leaving_without_saying_that_the_reply_is_settled_closes_at_once() -> None:
    async with Provider() as provider, lingering(FOREVER) as upstream:
        await read_until_done(upstream, stream_request(provider.url), settled=False)
        assert not being_read_away()
        await closed(provider.connections[0])


async def test_a_caller_who_is_cancelled_before_the_reply_is_settled_closes_at_once() -> None:
    reading = asyncio.Event()

    async def call(upstream: HttpUpstream, url: str) -> None:
        async with upstream.send(stream_request(url)) as got:
            assert await got.read() == DONE
            reading.set()
            await got.read()
            got.settled()

    async with Provider() as provider, lingering(FOREVER) as upstream:
        task = asyncio.create_task(call(upstream, provider.url))
        await reading.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not being_read_away()
        await closed(provider.connections[0])


async def test_leaving_waits_for_nothing() -> None:
    loop = asyncio.get_running_loop()
    async with Provider() as provider, lingering(FOREVER) as upstream:
        async with upstream.send(stream_request(provider.url)) as got:
            assert await got.read() == DONE
            got.settled()
            leaving_at = loop.time()
        assert loop.time() - leaving_at < 0.05
        assert provider.open_connections == 1


async def test_closing_the_upstream_ends_the_reading_at_once() -> None:
    async with Provider() as provider, lingering(FOREVER) as upstream:
        await asyncio.gather(*(read_until_done(upstream, stream_request(provider.url)) for _ in range(3)))
        assert being_read_away() == 3
        async with asyncio.timeout(AT_ONCE):
            await upstream.close()
        assert not being_read_away()
        for connection in provider.connections:
            await closed(connection)


async def test_a_settled_reply_that_is_ended_before_it_is_left_is_not_read_away() -> None:
    async with Provider() as provider, lingering(FOREVER) as upstream:
        async with upstream.send(stream_request(provider.url)) as got:
            assert await got.read() == DONE
            got.settled()
            await upstream.close()
            with pytest.raises(Draining):
                await got.read()
        assert not being_read_away()
        await closed(provider.connections[0])


async def test_a_request_that_finds_all_connections_in_use_takes_the_place_of_the_oldest_leftover() -> None:
    async with Provider() as provider, lingering(FOREVER, connections_per_origin=2) as upstream:
        for _ in range(4):
            async with asyncio.timeout(AT_ONCE):
                await read_until_done(upstream, stream_request(provider.url))
        assert being_read_away() == 2
        first, second, third, fourth = provider.connections
        await closed(first)
        await closed(second)
        assert not third.closed.is_set()
        assert not fourth.closed.is_set()


async def test_nothing_is_read_away_while_somebody_waits_for_a_connection() -> None:
    async with Provider() as provider, lingering(FOREVER, connections_per_origin=1) as upstream:
        async with upstream.send(stream_request(provider.url)) as got:
            waiting = asyncio.create_task(read_until_done(upstream, stream_request(provider.url)))
            assert await got.read() == DONE
            got.settled()
        async with asyncio.timeout(AT_ONCE):
            await waiting
        await closed(provider.connections[0])


@pytest.mark.parametrize(("rest", "seconds", "kept"), [([LAST_CHUNK], FOREVER, 1), ([], 0.05, 0)])
async def test_what_was_read_away_is_forgotten_without_the_garbage_collector(
    rest: list[bytes], seconds: float, kept: int
) -> None:
    async with Provider(*rest) as provider, lingering(seconds) as upstream:
        gc.collect()
        gc.disable()
        try:
            await read_until_done(upstream, stream_request(provider.url))
            provider.left.set()
            await nothing_being_read_away()
            left = [found for found in gc.get_objects() if isinstance(found, HttpExchange | HttpReply | Patience)]
        finally:
            gc.enable()
        assert not left
        await eventually(lambda: provider.open_connections == kept)


async def test_a_whole_reply_that_is_settled_is_kept_as_ever() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        await connection.send(reply(b"{}"))

    async with RawProvider(script) as provider, lingering(FOREVER) as upstream:
        for _ in range(2):
            async with upstream.send(request(provider.url)) as got:
                assert await got.read_all(10) == b"{}"
                got.settled()
            assert not being_read_away()
        assert len(provider.connections) == 1
