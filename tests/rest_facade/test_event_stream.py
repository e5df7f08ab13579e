"""A stream shows signs of life, never two writes at once, and gives up on readers who do not read."""

import asyncio

import pytest
from starlette.types import Message

from rest_facade.error_body import reply_for
from rest_facade.event_stream import EventStream, StreamPace, error_event
from tests.fakes.eventually import eventually


class Outlet:
    """Takes what a stream sends; closed, it takes nothing until it is opened."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.open = asyncio.Event()
        self.open.set()
        self.busy = 0

    async def send(self, message: Message) -> None:
        """Takes one message."""
        self.busy += 1
        assert self.busy == 1
        await self.open.wait()
        self.messages.append(message)
        self.busy -= 1

    @property
    def text(self) -> bytes:
        """What came through."""
        return b"".join(message["body"] for message in self.messages if message["type"] == "http.response.body")


def stream_to(outlet: Outlet, *, keepalive: float = 60.0, write_timeout: float = 60.0) -> tuple[EventStream, list[str]]:
    given_up: list[str] = []
    pace = StreamPace(keepalive, write_timeout)
    return EventStream(outlet.send, pace, lambda: given_up.append("given up")), given_up


async def test_nothing_is_sent_before_the_first_event() -> None:
    outlet = Outlet()
    stream, _ = stream_to(outlet)
    assert outlet.messages == []
    await stream.write(b"data: 1\n\n")
    assert stream.committed
    assert [message["type"] for message in outlet.messages] == ["http.response.start", "http.response.body"]
    stream.close()


async def test_headers_known_by_then_leave_with_the_first_event() -> None:
    outlet = Outlet()
    stream, _ = stream_to(outlet)
    stream.headers.append((b"x-weir-model", b"fast"))
    await stream.finish(b"data: 1\n\n")
    headers = dict(outlet.messages[0]["headers"])
    assert headers == {
        b"content-type": b"text/event-stream; charset=utf-8",
        b"cache-control": b"no-cache, no-transform",
        b"x-accel-buffering": b"no",
        b"x-weir-model": b"fast",
    }
    assert not outlet.messages[-1].get("more_body")


async def test_a_silent_stream_shows_signs_of_life() -> None:
    outlet = Outlet()
    stream, _ = stream_to(outlet, keepalive=0.01)
    await eventually(lambda: outlet.text.count(b": ping\n\n") >= 3)
    assert outlet.messages[0]["type"] == "http.response.start"
    stream.close()


async def test_a_stream_that_speaks_needs_no_sign_of_life() -> None:
    outlet = Outlet()
    stream, _ = stream_to(outlet, keepalive=0.2)
    for _ in range(10):
        await stream.write(b"data: 1\n\n")
        await asyncio.sleep(0.03)
    assert outlet.text == b"data: 1\n\n" * 10
    stream.close()


async def test_a_write_waits_for_the_sign_of_life_before_it() -> None:
    outlet = Outlet()
    outlet.open.clear()
    stream, _ = stream_to(outlet, keepalive=0.01)
    await eventually(lambda: outlet.busy == 1)
    writing = asyncio.ensure_future(stream.write(b"data: 1\n\n"))
    await asyncio.sleep(0)
    outlet.open.set()
    await writing
    assert outlet.text == b": ping\n\ndata: 1\n\n"
    await stream.finish(b"")


async def test_the_end_waits_for_the_sign_of_life_before_it() -> None:
    outlet = Outlet()
    outlet.open.clear()
    stream, _ = stream_to(outlet, keepalive=0.01)
    await eventually(lambda: outlet.busy == 1)
    ending = asyncio.ensure_future(stream.finish(b"data: [DONE]\n\n"))
    await asyncio.sleep(0)
    outlet.open.set()
    await ending
    assert outlet.text == b": ping\n\ndata: [DONE]\n\n"


async def test_after_the_end_there_are_no_signs_of_life() -> None:
    outlet = Outlet()
    stream, _ = stream_to(outlet, keepalive=0.01)
    await stream.finish(b"data: [DONE]\n\n")
    await asyncio.sleep(0.05)
    assert outlet.text == b"data: [DONE]\n\n"


async def test_a_sign_of_life_that_waits_is_dropped_when_the_stream_is_closed() -> None:
    outlet = Outlet()
    outlet.open.clear()
    stream, _ = stream_to(outlet, keepalive=0.01)
    await eventually(lambda: outlet.busy == 1)
    stream.close()
    outlet.open.set()
    await asyncio.sleep(0.02)
    assert outlet.messages == []
    assert not stream.committed


@pytest.mark.parametrize("keepalive", [0.01, 60.0])
async def test_a_reader_who_does_not_read_is_given_up(keepalive: float) -> None:
    outlet = Outlet()
    stream, given_up = stream_to(outlet, keepalive=keepalive, write_timeout=0.05)
    outlet.open.clear()
    writing = asyncio.ensure_future(stream.write(b"data: 1\n\n"))
    await eventually(lambda: bool(given_up))
    assert stream.stalled
    outlet.open.set()
    await writing
    assert given_up == ["given up"]
    stream.close()


def test_an_error_is_one_event() -> None:
    event = error_event(reply_for("UPSTREAM_ERROR", "it\nbroke"))
    assert event.startswith(b'data: {"error":{"message":"it\\nbroke"')
    assert event.endswith(b"}\n\n")
    assert event.count(b"\n") == 2
