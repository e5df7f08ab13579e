"""When the simulator's bytes come, and how long they are waited for."""

import asyncio

import pytest
from msgspec.json import decode

from gateway_core.errors import UpstreamError, UpstreamTimeout
from gateway_core.providers.simulator.upstream import PIECE_BYTES, SimulatedUpstream
from gateway_core.records.timeouts import Timeouts
from tests.fakes.leaping_time import LeapingTime
from tests.fakes.openai_codec import codec
from tests.fakes.simulated_world import World, body, dialect


async def test_tokens_come_at_their_pace() -> None:
    stream = await World().streamed("slow=300ms,pace=10ms,tokens=3")
    assert stream.moments == pytest.approx([0.3, 0.31, 0.32, 0.33, 0.34, 0.35])


async def test_a_whole_reply_takes_as_long_as_its_tokens() -> None:
    world = World()
    await world.completion("slow=300ms,pace=10ms,tokens=3")
    assert world.time.now == pytest.approx(1000.33)


async def test_a_slow_reader_finds_what_has_come_in_the_meantime() -> None:
    world = World()
    async with world.upstream().send(world.request(body("pace=1s,tokens=50", stream=True))) as reply:
        first = await reply.read()
        world.time.now += 10.0
        assert (await reply.read()).count(b"data: ") == 10
        assert first.count(b"data: ") == 1


async def test_no_more_than_a_bounded_piece_is_given_at_once() -> None:
    world = World()
    async with world.upstream().send(world.request(body("tokens=2000", stream=True))) as reply:
        sizes = []
        while piece := await reply.read():
            sizes.append(len(piece))
        assert await reply.read() == b""
    assert len(sizes) > 3
    assert max(sizes) < PIECE_BYTES + 1000


async def test_a_big_token_comes_last() -> None:
    stream = await World().streamed("tokens=1,big=1MiB")
    assert stream.text() == "the" + "x" * 1024 * 1024
    world = World()
    async with world.upstream().send(world.request(body("big=1MiB"))) as reply:
        with pytest.raises(UpstreamError) as caught:
            await reply.read_all(1024 * 1024)
    assert caught.value.facts == {"cause": "too_large"}


async def read_on(world: World, data: bytes) -> None:
    stream = dialect().read_stream(codec().read_request(decode(data)))
    async with world.upstream().send(world.request(data)) as reply:
        while piece := await reply.read():
            if stream.feed(piece):
                reply.progressed()


LIMITS = Timeouts(first_token=3.0, idle=2.0, total=5.0, stream_total=7.0)


@pytest.mark.parametrize(
    ("data", "timer", "after"),
    [
        (body("silent", stream=True), "first_token", 3.0),
        (body("silent,keepalive=500ms", stream=True), "first_token", 3.0),
        (body("slow=3s", stream=True), "first_token", 3.0),
        (body("stall=0", stream=True), "first_token", 3.0),
        (body("stall=3", stream=True), "idle", 2.0),
        (body("stall=3,keepalive=500ms", stream=True), "idle", 2.0),
        (body("slow=2900ms,pace=2s", stream=True), "idle", 4.9),
        (body("pace=1900ms", stream=True), "total", 7.0),
        (body("silent"), "total", 5.0),
        (body("silent,keepalive=500ms"), "total", 5.0),
        (body("stall=1"), "total", 5.0),
        (body("slow=5s"), "total", 5.0),
    ],
)
async def test_every_silence_is_ended_by_its_timer(data: bytes, timer: str, after: float) -> None:
    world = World(timeouts=LIMITS)
    with pytest.raises(UpstreamTimeout) as caught:
        await read_on(world, data)
    assert caught.value.facts == {"timer": timer}
    assert world.time.now - 1000.0 == pytest.approx(after)


@pytest.mark.parametrize(("script", "after"), [("silent", 1.5), ("stall=3", 1.5), ("", 0.0)])
async def test_nothing_goes_on_beyond_the_deadline(script: str, after: float) -> None:
    world = World(timeouts=LIMITS, patience=after)
    with pytest.raises(UpstreamTimeout) as caught:
        await read_on(world, body(script, stream=True))
    assert caught.value.facts == {"timer": "deadline"}
    assert world.time.now - 1000.0 == pytest.approx(after)


async def test_the_time_a_reader_takes_is_not_the_providers_silence() -> None:
    world = World(timeouts=LIMITS)
    async with world.upstream().send(world.request(body("stall=2", stream=True))) as reply:
        await reply.read()
        reply.progressed()
        world.time.now += 4.0
        with pytest.raises(UpstreamTimeout):
            await reply.read()
    assert world.time.now - 1000.0 == pytest.approx(6.0)


async def test_signs_of_life_fill_the_waiting() -> None:
    world = World()
    async with world.upstream().send(world.request(body("slow=1s,keepalive=300ms", stream=True))) as reply:
        assert world.time.now == 1000.0
        assert [await reply.read() for _ in range(3)] == [b": keep-alive\n\n"] * 3
        assert (await reply.read()).startswith(b"data: ")
        assert world.time.now == pytest.approx(1001.0)
    status, _, data = await World().whole(body("slow=1s,keepalive=300ms"))
    assert status == 200
    assert data.startswith(b"\n\n\n{")
    assert dialect().read_response(data).choices


async def test_after_leaving_there_is_nothing_to_read() -> None:
    world = World()
    async with world.upstream().send(world.request(body("pace=1s", stream=True))) as reply:
        assert await reply.read()
    assert await reply.read() == b""


async def test_a_caller_who_leaves_leaves_nothing_behind() -> None:
    upstream = SimulatedUpstream(LeapingTime().clock())
    entered = asyncio.Event()

    async def wait_for_more() -> None:
        async with upstream.send(World().request(body("stall=1", stream=True))) as reply:
            await reply.read()
            entered.set()
            await reply.read()

    before = asyncio.all_tasks()
    reading = asyncio.create_task(wait_for_more())
    await asyncio.wait_for(entered.wait(), 5)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asyncio.all_tasks() == before
