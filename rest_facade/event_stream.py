"""Writes server-sent events as OpenAI does, with signs of life and a limit on slow readers. It knows no chats."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import Message, Send

from rest_facade.error_body import ErrorReply, write_error
from rest_facade.reply_headers import Header

PING: Final = b": ping\n\n"
DONE: Final = b"data: [DONE]\n\n"
EVENTS_TYPE: Final = b"text/event-stream; charset=utf-8"
STREAM_HEADERS: Final[tuple[Header, ...]] = (
    (b"content-type", EVENTS_TYPE),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
)


@dataclass(frozen=True, slots=True)
class StreamPace:
    """Seconds without output after which a sign of life goes out, and seconds that one write may take."""

    keepalive: float
    write_timeout: float


def error_event(reply: ErrorReply) -> bytes:
    """Writes the event that ends a stream which failed. No `[DONE]` may follow it."""
    return b"data: %b\n\n" % write_error(reply)


class EventStream:
    """One reply in events.

    Status and headers leave with the first write, or with a `: ping` comment once `keepalive` has passed without
    one; until then `committed` is False and another reply can still be sent. A write that blocks for longer than
    `write_timeout` sets `stalled` and calls `give_up`, which must end the connection.
    """

    __slots__ = (
        "_clock",
        "_give_up",
        "_last_output",
        "_loop",
        "_pace",
        "_ping",
        "_send",
        "_sending",
        "_timer",
        "committed",
        "finished",
        "headers",
        "stalled",
    )

    def __init__(self, send: Send, pace: StreamPace, give_up: Callable[[], None]) -> None:
        """Starts the clock. `close` must be called in the end."""
        self.committed = False
        self.finished = False
        self.stalled = False
        self.headers: list[Header] = []
        self._send = send
        self._pace = pace
        self._give_up = give_up
        self._loop = asyncio.get_running_loop()
        self._ping: asyncio.Task[None] | None = None
        self._sending = False
        self._clock = self._loop.time
        self._last_output = self._clock()
        self._timer = self._loop.call_later(min(pace.keepalive, pace.write_timeout), self._check)

    async def write(self, events: bytes) -> None:
        """Writes whole events, in one piece."""
        if self._ping is not None:
            await self._ping
        if not self.committed:
            await self._commit()
        await self._put({"type": "http.response.body", "body": events, "more_body": True})

    async def finish(self, events: bytes) -> None:
        """Writes the last events and ends the reply."""
        if self._ping is not None:
            await self._ping
        if not self.committed:
            await self._commit()
        self.finished = True
        await self._put({"type": "http.response.body", "body": events})
        self.close()

    def close(self) -> None:
        """Stops the clock: no sign of life leaves from here on."""
        self._timer.cancel()
        if self._ping is not None:
            self._ping.cancel()
            self._ping = None

    async def _commit(self) -> None:
        headers = [*STREAM_HEADERS, *self.headers]
        await self._put({"type": "http.response.start", "status": 200, "headers": headers})
        self.committed = True

    async def _put(self, message: Message) -> None:
        self._last_output = self._clock()
        self._sending = True
        await self._send(message)
        self._sending = False

    def _check(self) -> None:
        """Looks after the stream, and says when to look again: one timer, never moved by a write."""
        now = self._clock()
        keepalive, write_timeout = self._pace.keepalive, self._pace.write_timeout
        if self._sending:
            due = self._last_output + write_timeout
            if now >= due:
                self.stalled = True
                self._give_up()
                return
        elif now >= self._last_output + keepalive:
            self._ping = self._loop.create_task(self._send_ping())
            due = now + min(keepalive, write_timeout)
        else:
            due = min(self._last_output + keepalive, now + write_timeout)
        self._timer = self._loop.call_at(due, self._check)

    async def _send_ping(self) -> None:
        try:
            if not self.committed:
                await self._commit()
            await self._put({"type": "http.response.body", "body": PING, "more_body": True})
        finally:
            self._ping = None
