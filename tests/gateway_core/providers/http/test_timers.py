"""Every wait for a provider has an end, and the error names the bound that was exceeded."""

import asyncio
import threading
from dataclasses import replace

import pytest

from gateway_core.errors import UpstreamTimeout
from gateway_core.providers.http.reply import HttpReply
from gateway_core.records.timeouts import Timeouts
from tests.fakes.deaf_port import deaf_port
from tests.fakes.http_upstreams import request, stream_request, tidy_upstream
from tests.fakes.raw_provider import SSE_HEAD, RawConnection, RawProvider, RawRequest, chunk, reply

LONG = Timeouts(connect=10, first_token=10, idle=10, total=10, stream_total=10)
SHORT = 0.08
SLACK = 5.0


async def silent(_: RawRequest, connection: RawConnection) -> None:
    await connection.stall()


async def only_a_head(_: RawRequest, connection: RawConnection) -> None:
    await connection.send(SSE_HEAD)
    await connection.stall()


async def never_ending(_: RawRequest, connection: RawConnection) -> None:
    await connection.send(SSE_HEAD)
    while True:
        await connection.send(chunk(b": keep-alive\n\n"))
        await asyncio.sleep(0.01)


async def read_on(got: HttpReply, *, progressing: bool) -> None:
    while await got.read():
        if progressing:
            got.progressed()


@pytest.mark.parametrize("stream", [True, False])
async def test_a_provider_that_accepts_no_connection_exceeds_connect(*, stream: bool) -> None:
    with deaf_port() as url:
        async with tidy_upstream() as upstream:
            asked = replace(request(url, timeouts=replace(LONG, connect=SHORT)), stream=stream)
            started = asyncio.get_running_loop().time()
            with pytest.raises(UpstreamTimeout) as caught:
                async with upstream.send(asked):
                    pass
            assert SHORT - 0.01 <= asyncio.get_running_loop().time() - started < SLACK
    assert caught.value.facts == {"timer": "connect"}


@pytest.mark.parametrize(
    ("stream", "timeouts", "within", "timer"),
    [
        (True, replace(LONG, first_token=SHORT), 10, "first_token"),
        (True, replace(LONG, stream_total=SHORT), 10, "total"),
        (True, LONG, SHORT, "deadline"),
        (False, replace(LONG, total=SHORT), 10, "total"),
        (False, replace(LONG, total=SHORT, first_token=0.01, idle=0.01, stream_total=0.01), 10, "total"),
        (False, LONG, SHORT, "deadline"),
    ],
)
@pytest.mark.parametrize("where", ["connect", "head", "body"])
async def test_a_silent_provider_exceeds_whichever_bound_is_first(
    *, stream: bool, timeouts: Timeouts, within: float, timer: str, where: str
) -> None:
    script = only_a_head if where == "body" else silent
    with deaf_port() as deaf:
        async with RawProvider(script) as provider, tidy_upstream() as upstream:
            url = deaf if where == "connect" else provider.url
            asked = replace(request(url, timeouts=timeouts, within=within), stream=stream)
            started = asyncio.get_running_loop().time()
            with pytest.raises(UpstreamTimeout) as caught:
                async with upstream.send(asked) as got:
                    await got.read()
            assert SHORT - 0.01 <= asyncio.get_running_loop().time() - started < SLACK
            assert caught.value.facts == {"timer": timer}
            for connection in provider.connections:
                await connection.closed.wait()


async def test_a_deadline_that_has_passed_sends_nothing() -> None:
    async with RawProvider(silent) as provider, tidy_upstream() as upstream:
        with pytest.raises(UpstreamTimeout) as caught:
            async with upstream.send(request(provider.url, within=-0.001)):
                pass
        assert caught.value.facts == {"timer": "deadline"}
        assert not provider.connections


@pytest.mark.parametrize(
    ("timeouts", "timer"),
    [(replace(LONG, first_token=SHORT), "first_token"), (replace(LONG, idle=SHORT), "idle")],
)
async def test_keep_alive_comments_feed_no_timer(timeouts: Timeouts, timer: str) -> None:
    async with RawProvider(never_ending) as provider, tidy_upstream() as upstream:
        async with upstream.send(stream_request(provider.url, timeouts=timeouts)) as got:
            if timer == "idle":
                await got.read()
                got.progressed()
            with pytest.raises(UpstreamTimeout) as caught:
                await read_on(got, progressing=False)
        assert provider.connections[0].sent > len(SSE_HEAD) + 2 * len(chunk(b": keep-alive\n\n"))
        assert caught.value.facts == {"timer": timer}


@pytest.mark.parametrize(
    ("timeouts", "within", "timer"),
    [
        (replace(LONG, idle=SHORT, stream_total=3 * SHORT), 10, "total"),
        (replace(LONG, idle=SHORT), 3 * SHORT, "deadline"),
    ],
)
async def test_a_stream_that_goes_on_and_on_ends_at_the_bound_of_the_whole(
    timeouts: Timeouts, within: float, timer: str
) -> None:
    started = asyncio.get_running_loop().time()
    async with (
        RawProvider(never_ending) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url, timeouts=timeouts, within=within)) as got,
    ):
        with pytest.raises(UpstreamTimeout) as caught:
            await read_on(got, progressing=True)
    assert 3 * SHORT - 0.01 <= asyncio.get_running_loop().time() - started < SLACK
    assert caught.value.facts == {"timer": timer}


async def test_a_slow_body_exceeds_the_total_of_a_unary_request() -> None:
    async with (
        RawProvider(never_ending) as provider,
        tidy_upstream() as upstream,
        upstream.send(request(provider.url, timeouts=replace(LONG, total=SHORT))) as got,
    ):
        with pytest.raises(UpstreamTimeout) as caught:
            await got.read_all(1_000_000)
    assert caught.value.facts == {"timer": "total"}


async def test_a_slow_reader_does_not_exhaust_the_patience_with_the_provider() -> None:
    async with (
        RawProvider(never_ending) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url, timeouts=replace(LONG, first_token=SHORT, idle=SHORT))) as got,
    ):
        for _ in range(2):
            await asyncio.sleep(2 * SHORT)
            assert await got.read()
            got.progressed()


async def test_a_bound_exceeded_between_two_reads_closes_the_connection_and_fails_the_next_read() -> None:
    async with (
        RawProvider(never_ending) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url, timeouts=replace(LONG, stream_total=SHORT))) as got,
    ):
        await got.read()
        await provider.connections[0].closed.wait()
        with pytest.raises(UpstreamTimeout) as caught:
            await got.read()
    assert caught.value.facts == {"timer": "total"}


async def test_a_bound_that_was_exceeded_stays_the_reason_when_the_upstream_is_closed() -> None:
    async with (
        RawProvider(only_a_head) as provider,
        tidy_upstream() as upstream,
        upstream.send(stream_request(provider.url, timeouts=replace(LONG, first_token=SHORT))) as got,
    ):
        for _ in range(2):
            with pytest.raises(UpstreamTimeout):
                await got.read()
            await upstream.close()


async def test_a_reply_that_comes_in_the_moment_in_which_time_runs_out_comes_too_late() -> None:
    async def script(_: RawRequest, connection: RawConnection) -> None:
        connection.push(reply())
        threading.Event().wait(2 * SHORT)

    async with RawProvider(script) as provider, tidy_upstream() as upstream:
        with pytest.raises(UpstreamTimeout):
            async with upstream.send(request(provider.url, timeouts=replace(LONG, total=SHORT))):
                pass


async def test_a_cancellation_that_comes_with_the_end_of_a_connect_timer_is_not_swallowed() -> None:
    with deaf_port() as url:
        async with tidy_upstream() as upstream:

            async def call() -> None:
                async with upstream.send(request(url, timeouts=replace(LONG, connect=SHORT))):
                    pass

            task = asyncio.create_task(call())
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(SHORT, task.cancel)
            threading.Event().wait(2 * SHORT)
            with pytest.raises(asyncio.CancelledError):
                await task


async def test_a_connect_timer_leaves_no_cancellation_behind() -> None:
    with deaf_port() as url:
        async with tidy_upstream() as upstream:
            with pytest.raises(UpstreamTimeout):
                async with upstream.send(request(url, timeouts=replace(LONG, connect=SHORT))):
                    pass
            task = asyncio.current_task()
            assert task is not None
            assert task.cancelling() == 0
            await asyncio.sleep(0)
