"""How a simulated reply breaks, as its script says."""

import pytest
from msgspec.json import encode

from gateway_core.errors import GatewayError, UpstreamBroke, UpstreamError
from tests.fakes.simulated_world import World, body, dialect, user


async def failure_of(script: str, **fields: object) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await World().streamed(script, **fields)
    return caught.value


async def test_a_cut_stream_ends_in_an_error_of_the_connection() -> None:
    error = await failure_of("cut=3")
    assert (type(error), error.facts) == (UpstreamError, {"cause": "cut"})
    assert (await failure_of("cut=0")).facts == {"cause": "cut"}
    assert (await failure_of("tokens=1,cut=1,stall=9")).facts == {"cause": "cut"}


async def test_a_stream_with_fewer_chunks_is_cut_in_place_of_done() -> None:
    world = World()
    async with world.upstream().send(world.request(body("tokens=1,cut=99", stream=True))) as reply:
        received = await reply.read()
        with pytest.raises(UpstreamError):
            await reply.read()
    assert received.count(b"data: ") == 4
    assert b"[DONE]" not in received


async def test_an_error_event_breaks_the_stream() -> None:
    error = await failure_of("error=2,code=503")
    assert (type(error), error.facts) == (UpstreamBroke, {"status": "503"})
    assert type(await failure_of("error=0")) is UpstreamError


async def test_a_malformed_chunk_costs_nothing_of_the_answer() -> None:
    plain = await World().streamed("tokens=5")
    assert (await World().streamed("tokens=5,malformed=3")).text() == plain.text()
    _, _, data = await World().whole(body("tokens=5,malformed=3", stream=True))
    bad = [event for event in data.split(b"\n\n") if event.startswith(b"data: {") and not event.endswith(b"}")]
    assert len(bad) == 1
    assert data.index(bad[0]) == sum(len(event) + 2 for event in data.split(b"\n\n")[:3])


async def test_a_stream_may_end_without_done_or_usage() -> None:
    stream = await World().streamed("nodone,nousage")
    assert (stream.end.finish_reason, stream.end.usage) == (1, None)
    _, _, data = await World().whole(body("nodone,nousage", stream=True))
    assert b"[DONE]" not in data
    assert b"usage" not in data
    assert not (await World().completion("nousage")).HasField("usage")


async def test_a_stream_carries_usage_only_if_asked() -> None:
    data = encode({"model": "weir-demo", "messages": [user("Hi")], "stream": True})
    assert b"usage" not in (await World().whole(data))[2]


async def test_garbage_is_a_page_with_a_good_status() -> None:
    status, headers, data = await World().whole(body("garbage"))
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(UpstreamError):
        dialect().read_response(data)


@pytest.mark.parametrize("script", ["error=1", "malformed=1"])
async def test_a_whole_reply_can_be_spoiled(script: str) -> None:
    status, _, data = await World().whole(body(script))
    assert status == 200
    with pytest.raises(UpstreamError):
        dialect().read_response(data)


async def test_a_whole_reply_can_break_in_the_middle() -> None:
    with pytest.raises(UpstreamError) as caught:
        await World().whole(body("cut=1"))
    assert caught.value.facts == {"cause": "cut"}
