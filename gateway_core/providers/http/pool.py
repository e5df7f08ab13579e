"""Keeps the connections to one origin, on aiohttp's connector. It writes no request and counts no time."""

import asyncio
import functools
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.streams import StreamReader
from yarl import URL

from gateway_core.providers.http.leftovers import Leftovers, hang_up
from gateway_core.providers.http.wire import Wire

_KEPT_ALIVE: Final = 30.0
"""Seconds for which an unused connection is kept."""

_UNTIMED: Final = aiohttp.ClientTimeout(total=None, connect=None, sock_read=None, sock_connect=None)


class _Connector(aiohttp.TCPConnector):
    def __init__(self, *, limit: int) -> None:
        super().__init__(limit=limit, keepalive_timeout=_KEPT_ALIVE)
        self._factory = functools.partial(_make_wire, self._loop)

    @property
    def full(self) -> bool:
        """True if as many connections are in use as may be."""
        return len(self._acquired) >= self._limit

    @property
    def awaited(self) -> bool:
        """True if somebody waits for a connection."""
        return any(self._waiters.values())


def _make_wire(loop: asyncio.AbstractEventLoop) -> ResponseHandler:
    return Wire(loop)


class Pool:
    """Connections to one origin, made when needed and kept for the next request. Made inside the running loop."""

    def __init__(self, origin: URL, *, limit: int, linger: float) -> None:
        """Takes how many connections there may be, and how long one may wait for the end of a settled reply."""
        loop = asyncio.get_running_loop()
        self._connector = _Connector(limit=limit)
        self._destination = aiohttp.ClientRequest("POST", origin, loop=loop)
        self._leftovers = Leftovers(loop, within=linger)

    async def connect(self, *, fresh: bool) -> tuple[Connection, Wire]:
        """Gives a connection, kept or new; only a new one if `fresh`, and what was kept is closed then.

        One that broke, or received bytes that nobody asked for, is never given: they would pass for a reply.
        """
        while True:
            if self._connector.full:
                self._leftovers.end_oldest()
            connection = await self._connector.connect(self._destination, [], _UNTIMED)
            wire = connection.protocol
            if isinstance(wire, Wire) and not (wire.used and (fresh or wire.should_close)):
                return connection, wire
            connection.close()

    def take_back(self, connection: Connection, wire: Wire, body: StreamReader | None, *, settled: bool) -> None:
        """Keeps a connection whose reply has arrived, or still may once its reader is content; closes any other.

        Somebody who waits for a connection does not wait for the end of a reply that nobody reads.
        """
        if settled and body is not None and wire.expects_more(body) and not self._connector.awaited:
            self._leftovers.read_away(connection, wire, body)
        else:
            hang_up(connection, wire, body)

    async def close(self) -> None:
        """Closes every connection, used or not."""
        self._leftovers.end()
        await self._connector.close()
