"""Reads away what still comes of replies whose readers have all they need, so that the connections can be kept.

It needs no task: a connection tells its news, and a timer ends what takes too long. It knows no request.
"""

import asyncio
from typing import Final

from aiohttp.connector import Connection
from aiohttp.streams import StreamReader

from gateway_core.providers.http.wire import Wire

_MOST_BYTES: Final = 64 * 1024
"""A new connection costs less than reading away more than this."""


def hang_up(connection: Connection, wire: Wire, body: StreamReader | None) -> None:
    """Gives the connection back if the whole reply has arrived, and closes it at once if not."""
    if body is not None and wire.finished(body):
        connection.release()
    else:
        wire.abort()
        connection.close()


class Leftovers:
    """The connections of one pool that wait for the end of a reply which nobody reads any more."""

    def __init__(self, loop: asyncio.AbstractEventLoop, *, within: float) -> None:
        """Takes the seconds in which the end of a reply must have come."""
        self._loop = loop
        self._within = within
        self._open: dict[Leftover, asyncio.TimerHandle] = {}

    def read_away(self, connection: Connection, wire: Wire, body: StreamReader) -> None:
        """Takes the connection over, and returns at once."""
        leftover = Leftover(connection, wire, body, self._open)
        self._open[leftover] = self._loop.call_later(self._within, leftover.end)
        wire.listener = leftover.hear

    def end_oldest(self) -> None:
        """Closes the connection that has waited longest, if any waits."""
        for leftover in self._open:
            leftover.end()
            break

    def end(self) -> None:
        """Closes all of them."""
        for leftover in tuple(self._open):
            leftover.end()


class Leftover:
    """What is left of one reply."""

    __slots__ = ("_body", "_connection", "_open", "_room", "_wire")

    def __init__(
        self, connection: Connection, wire: Wire, body: StreamReader, among: dict["Leftover", asyncio.TimerHandle]
    ) -> None:
        """Takes what to read away, and the timers of those like it, of which its own is taken when it ends."""
        self._connection = connection
        self._wire = wire
        self._body = body
        self._open = among
        self._room = _MOST_BYTES

    def hear(self, size: int) -> None:
        """Takes note of so many bytes that came in, or of none when the connection is gone."""
        self._room -= size
        if self._room < 0 or not self._wire.expects_more(self._body):
            self.end()

    def end(self) -> None:
        """Keeps the connection if the reply has come to its end by now."""
        self._open.pop(self).cancel()
        self._wire.listener = None
        hang_up(self._connection, self._wire, self._body)
