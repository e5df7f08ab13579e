"""One request and its reply on one connection: connects, asks, hands out the reply, and cleans up in every case."""

import asyncio
from types import TracebackType
from typing import Final, cast

import aiohttp
from aiohttp.connector import Connection

from gateway_core.errors import GatewayError
from gateway_core.providers.http.destinations import Destinations
from gateway_core.providers.http.failures import CONNECTION_FAILURES, failure_before_body
from gateway_core.providers.http.patience import Patience
from gateway_core.providers.http.reply import HttpReply
from gateway_core.providers.http.wire import Wire
from gateway_core.providers.upstream import UpstreamRequest

_STALE: Final = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)
"""What a kept connection meets if the provider closed it while the request was on its way."""


class HttpExchange:
    """What `HttpUpstream.send` gives: entered once, left once."""

    __slots__ = (
        "_connecting",
        "_destinations",
        "_failure",
        "_line",
        "_patience",
        "_pool",
        "_reply",
        "_request",
        "_under_way",
    )

    def __init__(self, destinations: Destinations, request: UpstreamRequest, under_way: "set[HttpExchange]") -> None:
        """Takes the ways there, what to ask, and the set in which it stands while it is entered."""
        self._destinations = destinations
        self._request = request
        self._under_way = under_way
        self._patience = Patience(asyncio.get_running_loop(), request)
        self._connecting: asyncio.Task[object] | None = None
        self._line: tuple[Connection, Wire] | None = None
        self._reply: HttpReply | None = None
        self._failure: GatewayError | None = None

    async def __aenter__(self) -> HttpReply:
        """Sends the request and waits for the head of the reply."""
        destination = self._destinations.find(self._request.url)
        head = destination.write_head(self._request.headers, len(self._request.body))
        self._patience.start(self.end)
        self._under_way.add(self)
        self._pool = destination.pool
        reply: HttpReply | None = None
        try:
            reply = await self._ask(head)
        except CONNECTION_FAILURES as error:
            raise failure_before_body(error) from error
        finally:
            if reply is None:
                self._leave()
        return reply

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Keeps the connection if the whole reply has arrived or may still be read away; closes it at once if not."""
        self._leave()

    def end(self, failure: GatewayError) -> None:
        """Ends whatever is waited for with this failure, and the connection with it. Only the first failure counts."""
        if self._failure is not None:
            return
        self._failure = failure
        if self._connecting is not None:
            self._connecting.cancel()
        if self._reply is not None:
            self._reply.body.set_exception(failure)
        if self._line is not None:
            wire = self._line[1]
            wire.set_exception(failure)
            wire.abort()

    async def _ask(self, head: bytes) -> HttpReply:
        wire = await self._connect(fresh=False)
        kept = wire.used
        try:
            message, body = await wire.ask(head, self._request.body)
        except _STALE:
            if not kept or wire.heard or self._failure is not None:
                raise
            self._hang_up()
            self._patience.connecting()
            wire = await self._connect(fresh=True)
            message, body = await wire.ask(head, self._request.body)
        if self._failure is not None:
            raise self._failure
        self._patience.hold()
        self._reply = HttpReply(message, body, wire, self._patience)
        return self._reply

    async def _connect(self, *, fresh: bool) -> Wire:
        # Ending a connection attempt means cancelling this task, in the way of asyncio.timeout: a cancellation
        # that somebody else asked for at the same time goes first.
        task = cast("asyncio.Task[object]", asyncio.current_task())
        cancels = task.cancelling()
        self._connecting = task
        try:
            line = self._line = await self._pool.connect(fresh=fresh)
        except asyncio.CancelledError:
            if self._failure is None or task.cancelling() > cancels + 1:
                raise
            raise self._failure from None
        finally:
            self._connecting = None
            if self._failure is not None:
                task.uncancel()
        self._patience.connected()
        return line[1]

    def _leave(self) -> None:
        self._under_way.discard(self)
        self._patience.stop()
        self._hang_up()

    def _hang_up(self) -> None:
        if self._line is None:
            return
        connection, wire = self._line
        self._line = None
        if self._reply is None:
            self._pool.take_back(connection, wire, None, settled=False)
        else:
            self._pool.take_back(connection, wire, self._reply.body, settled=self._reply.is_settled)
