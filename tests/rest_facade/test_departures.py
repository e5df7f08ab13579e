"""A caller who leaves takes the call along: the core hears of it within 100 ms."""

import asyncio
from collections.abc import Callable

import msgspec
import pytest

from rest_facade.departure import WATCH, Departure
from rest_facade.settings import FacadeSettings
from tests.fakes.eventually import eventually
from tests.fakes.scripted_core import ScriptedCore, Wait, chunks, reply
from tests.fakes.served_facade import HELLO, raw_post, served_facade

PLAIN = msgspec.json.encode(HELLO)
STREAM = msgspec.json.encode(HELLO | {"stream": True})
AT_ONCE = 0.1


@pytest.mark.parametrize("body", [PLAIN, STREAM])
async def test_leaving_while_the_core_thinks_cancels_the_call(body: bytes) -> None:
    core = ScriptedCore(Wait())
    async with served_facade(core) as facade:
        _, writer = await facade.connect()
        writer.write(raw_post(body))
        await asyncio.wait_for(core.called.wait(), 5)
        writer.close()
        await asyncio.wait_for(core.cancelled.wait(), AT_ONCE)


async def test_leaving_between_two_pieces_cancels_the_call() -> None:
    core = ScriptedCore(chunks("a"), Wait())
    async with served_facade(core) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(STREAM))
        await reader.readuntil(b"data: ")
        writer.close()
        await asyncio.wait_for(core.cancelled.wait(), AT_ONCE)


async def test_leaving_by_a_reset_cancels_the_call() -> None:
    core = ScriptedCore(chunks("a"), Wait())
    async with served_facade(core) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(STREAM))
        await reader.readuntil(b"data: ")
        writer.transport.abort()
        await asyncio.wait_for(core.cancelled.wait(), AT_ONCE)


@pytest.mark.parametrize("body", [PLAIN, STREAM])
async def test_a_channel_that_is_closed_under_a_call_is_no_departure(body: bytes) -> None:
    core = ScriptedCore(Wait())
    async with served_facade(core) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(body))
        await asyncio.wait_for(core.called.wait(), 5)
        await facade.channel.close()
        assert (await asyncio.wait_for(reader.readline(), 5)) == b"HTTP/1.1 503 Service Unavailable\r\n"


def test_a_caller_who_has_left_already_is_noticed_at_once_and_one_who_leaves_later_is_not() -> None:
    calls: list[str] = []
    watched: list[Callable[[], None] | None] = []
    departure = Departure({WATCH: watched.append}, lambda: calls.append("cancelled"))
    assert watched[0] is not None
    watched[0]()
    assert (departure.left, calls) == (True, ["cancelled"])
    departure.end()
    assert watched[1:] == [None]


async def test_leaving_before_the_request_is_whole_calls_nobody() -> None:
    core = ScriptedCore(reply())
    async with served_facade(core) as facade:
        _, writer = await facade.connect()
        writer.write(raw_post(PLAIN)[:-5])
        await writer.drain()
        writer.close()
        assert (await facade.http.get("/livez")).status_code == 200
    assert not core.called.is_set()


async def test_leaving_while_a_later_request_is_queued_cancels_the_running_call() -> None:
    core = ScriptedCore(Wait())
    async with served_facade(core) as facade:
        _, writer = await facade.connect()
        writer.write(raw_post(PLAIN) + raw_post(PLAIN))
        await asyncio.wait_for(core.called.wait(), 5)
        writer.transport.abort()
        await asyncio.wait_for(core.cancelled.wait(), 1)


async def test_a_reader_who_does_not_read_stops_the_core_and_is_cut_off() -> None:
    many = [chunks("x" * 20_000) for _ in range(2000)]
    core = ScriptedCore(*many)
    settings = FacadeSettings(write_timeout=0.3, keepalive=0.1)
    async with served_facade(core, settings) as facade:
        _, writer = await facade.connect()
        writer.write(raw_post(STREAM))
        await asyncio.wait_for(core.ended.wait(), 10)
        assert core.sent < 2000
        writer.close()


async def test_a_slow_reader_gets_everything_in_the_end() -> None:
    many = [chunks("x" * 20_000) for _ in range(300)]
    core = ScriptedCore(*many)
    async with served_facade(core) as facade:
        reader, writer = await facade.connect()
        writer.write(raw_post(STREAM, "connection: close"))
        await eventually(lambda: core.sent > 0)
        total = 0
        while part := await reader.read(200_000):
            total += len(part)
            await asyncio.sleep(0)
        assert total > 300 * 20_000
        writer.close()
