"""Streams of a provider over real sockets that break in every way: an error event and no `[DONE]`, or a whole reply."""

from asyncio import Event, timeout, wait_for
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from tests.fakes.gateways import GATEWAYS, Gateway
from tests.fakes.openai_provider import DONE, FIRST, LAST, SECOND, configuration, piece, usage
from tests.fakes.raw_provider import LAST_CHUNK, SSE_HEAD, RawConnection, RawProvider, RawRequest, chunk, reply
from tests.fakes.sse_client import ReadStream, ask

pytestmark = pytest.mark.asyncio(loop_scope="module")

TIMEOUTS = "{connect: 1s, first_token: 800ms, idle: 400ms, total: 1s, stream_total: 2s}"
KEEPALIVE = {"WEIR_KEEPALIVE": "100ms"}
BEGUN = (SSE_HEAD, piece(FIRST), piece(SECOND))
WHOLE = (*BEGUN, piece(LAST, "stop"), usage(), DONE, LAST_CHUNK)
Play = Callable[[RawConnection, Event], Awaitable[None]]


def plays(*pieces: bytes, end: bytes = b"", then: str = "stay") -> Play:
    """Makes a script: sends the pieces; once they are heard the end; then stays connected, cuts, resets or stalls."""

    async def play(connection: RawConnection, heard: Event) -> None:
        await connection.send(*pieces)
        if pieces == BEGUN:
            await heard.wait()
            await connection.send(end)
        if then == "stall":
            await connection.stall()
        elif then == "cut":
            connection.cut()
        elif then == "reset":
            connection.reset()

    return play


def read(request: RawRequest) -> dict[str, Any]:
    """Reads what the provider was asked."""
    return msgspec.json.decode(request.body, type=dict[str, Any])


class Stage:
    """Plays the case that a request names."""

    def __init__(self) -> None:
        """Has not been heard yet."""
        self.heard = Event()

    async def __call__(self, request: RawRequest, connection: RawConnection) -> None:
        """Plays one reply."""
        await CASES[read(request)["metadata"]["case"]](connection, self.heard)


@dataclass(frozen=True, slots=True)
class World:
    """A gateway and the provider behind it, which plays the case that a request names."""

    gateway: Gateway
    provider: RawProvider
    stage: Stage

    async def ask(self, case: str, **request: object) -> ReadStream:
        """Asks for a stream, and lets the provider know when its second piece has arrived."""
        self.stage.heard.clear()
        asked = {"model": "raw", "metadata": {"case": case}, **request}
        return await ask(self.gateway, asked, notice=(f'"{SECOND}"', self.stage.heard.set))


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=list(GATEWAYS))
async def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """Gives a gateway of each kind with short timeouts before a provider that does what it is told."""
    kind: str = request.param
    stage = Stage()
    async with RawProvider(stage) as provider:
        folder = tmp_path_factory.mktemp(kind)
        with GATEWAYS[kind](folder, configuration(provider, TIMEOUTS), KEEPALIVE) as gateway:
            yield World(gateway, provider, stage)


BREAKS: dict[str, tuple[Play, str]] = {
    "cut": (plays(*BEGUN, then="cut"), "upstream_error"),
    "reset": (plays(*BEGUN, then="reset"), "upstream_error"),
    "cut within an event": (plays(*BEGUN, end=chunk(b'data: {"choices": [{"ind'), then="cut"), "upstream_error"),
    "cut within a chunk": (plays(*BEGUN, end=b"ff\r\ndata: {", then="cut"), "upstream_error"),
    "stall": (plays(*BEGUN, then="stall"), "timeout"),
    "stall behind comments": (plays(*BEGUN, end=chunk(b": ping\n\n"), then="stall"), "timeout"),
    "end without a finish": (plays(*BEGUN, end=LAST_CHUNK), "upstream_error"),
    "error event": (
        plays(*BEGUN, end=chunk(b'data: {"error": {"message": "sk-made-up"}}\n\n') + DONE),
        "upstream_error",
    ),
    "error by name": (plays(*BEGUN, end=chunk(b'event: error\ndata: {"message": "x"}\n\n')), "upstream_error"),
    "bad chunk sizes": (plays(*BEGUN, end=b"zz\r\nnonsense\r\n"), "upstream_error"),
    "malformed, no finish": (plays(*BEGUN, end=chunk(b"data: {oops\n\n") + DONE + LAST_CHUNK), "upstream_error"),
}
END = piece(LAST, "stop")
SUCCESSES: dict[str, Play] = {
    "whole": plays(*WHOLE),
    "no done": plays(*BEGUN, end=END + usage() + LAST_CHUNK),
    "no done, no usage": plays(*BEGUN, end=END + LAST_CHUNK),
    "malformed in between": plays(*BEGUN, end=chunk(b"data: {oops\n\n") + END + DONE + LAST_CHUNK),
    "comments and names": plays(*BEGUN, end=chunk(b": hi\nevent: message\nid: 7\n\n") + END + DONE + LAST_CHUNK),
    "silence after done": plays(*BEGUN, end=END + DONE, then="stall"),
}
REFUSALS: dict[str, tuple[Play, int, str]] = {
    "closed": (plays(then="cut"), 502, "upstream_error"),
    "web page": (plays(reply(b"<html>", headers="content-type: text/html\r\n")), 502, "upstream_error"),
    "no HTTP": (plays(b"hello\r\n\r\n", then="cut"), 502, "upstream_error"),
    "error first": (plays(SSE_HEAD, chunk(b'data: {"error": {"code": 503}}\n\n')), 502, "upstream_error"),
    "server error": (plays(reply(b"sk-made-up", "500 Oops")), 502, "upstream_error"),
    "rate limit": (plays(reply(b"{}", "429 Slow", headers="retry-after: 7\r\n")), 429, "upstream_rate_limited"),
    "credential": (plays(reply(b'{"error": {"message": "sk-made-up"}}', "401 No")), 502, "upstream_auth"),
}


async def play_late(connection: RawConnection, heard: Event) -> None:
    """Says nothing until the gateway must have sent a sign of life."""
    del heard
    try:
        async with timeout(0.35):
            await connection.stall()
    except TimeoutError:
        await connection.send(*WHOLE)


CASES: dict[str, Play] = {
    **{case: row[0] for case, row in BREAKS.items()},
    **SUCCESSES,
    **{case: row[0] for case, row in REFUSALS.items()},
    "silent": plays(then="stall"),
    "late": play_late,
}


@pytest.mark.parametrize("case", list(BREAKS))
async def test_a_stream_that_breaks_ends_in_an_error_event_and_no_done(world: World, case: str) -> None:
    stream = await world.ask(case)
    assert stream.status == 200
    assert stream.text == FIRST + SECOND
    assert not stream.done
    assert stream.code == BREAKS[case][1]
    assert stream.events[-1]["error"]["type"] == "server_error"
    assert "sk-made-up" not in str(stream.events)


@pytest.mark.parametrize("case", list(SUCCESSES))
async def test_a_stream_that_is_whole_all_the_same_ends_in_done(world: World, case: str) -> None:
    stream = await world.ask(case)
    assert (stream.status, stream.code, stream.done) == (200, None, True)
    assert stream.text == FIRST + SECOND + LAST
    assert stream.events[-1]["choices"][0]["finish_reason"] == "stop"


@pytest.mark.parametrize("case", list(REFUSALS))
async def test_what_fails_before_the_first_token_has_a_status(world: World, case: str) -> None:
    stream = await world.ask(case)
    assert (stream.status, stream.code, stream.events) == (*REFUSALS[case][1:], [])


async def test_the_usage_is_always_asked_for_and_shown_only_to_who_asked(world: World) -> None:
    without = await world.ask("whole")
    wanted = await world.ask("whole", stream_options={"include_usage": True})
    assert [read(request)["stream_options"]["include_usage"] for request in world.provider.requests[-2:]] == [True] * 2
    assert not [event for event in without.events if "usage" in event]
    assert [event["usage"]["total_tokens"] for event in wanted.events if event.get("usage")] == [8]
    assert wanted.events[-1]["choices"] == []
    assert all("usage" in event for event in wanted.events)


async def test_a_comment_shows_life_while_the_provider_is_silent(world: World) -> None:
    stream = await world.ask("late")
    assert (stream.status, stream.done, stream.text) == (200, True, FIRST + SECOND + LAST)
    assert 1 <= stream.comments <= 5


async def test_a_provider_that_stays_silent_is_a_timeout_after_the_comments(world: World) -> None:
    stream = await world.ask("silent")
    assert (stream.status, stream.done, stream.code) == (200, False, "timeout")
    assert stream.comments >= 1


async def test_nothing_stays_open_at_the_provider_that_was_given_up(world: World) -> None:
    for case in ("stall", "silent", "error by name"):
        await world.ask(case)
    for connection in world.provider.connections:
        if connection.requests and read(connection.requests[-1])["metadata"]["case"] not in SUCCESSES:
            await wait_for(connection.closed.wait(), 5)
