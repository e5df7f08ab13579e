"""One request and its reply on one connection: connects, asks, hands out the reply, and cleans up in every case."""

import asyncio
from types import TracebackType
from typing import Final, cast

import aiohttp
from aiohttp.connector import Connection
from aiohttp.streams import StreamReader

from gateway_core.errors import GatewayError
from gateway_core.providers.http.destinations import Destination, Destinations
from gateway_core.providers.http.failures import CONNECTION_FAILURES, failure_before_body
from gateway_core.providers.http.patience import Patience
from gateway_core.providers.http.pool import Pool
from gateway_core.providers.http.reply import HttpReply
from gateway_core.providers.http.wire import Wire
from gateway_core.providers.upstream import UpstreamRequest

_STALE: Final = (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)
"""What a kept connection meets if the provider closed it while the request was on its way."""


class HttpExchange:
    """What `HttpUpstream.send` gives: entered once, left once."""

    __slots__ = (
        "_body",
        "_connecting",
        "_connection",
        "_destinations",
        "_failure",
        "_patience",
        "_request",
        "_under_way",
        "_wire",
    )

    def __init__(self, destinations: Destinations, request: UpstreamRequest, under_way: "set[HttpExchange]") -> None:
        """Takes the ways there, what to ask, and the set in which it stands while it is entered."""
        self._destinations = destinations
        self._request = request
        self._under_way = under_way
        self._patience: Patience | None = None
        self._connecting: asyncio.Task[object] | None = None
        self._connection: Connection | None = None
        self._wire: Wire | None = None
        self._body: StreamReader | None = None
        self._failure: GatewayError | None = None

    async def __aenter__(self) -> HttpReply:
        """Sends the request and waits for the head of the reply."""
        destination = self._destinations.find(self._request.url)
        head = destination.write_head(self._request.headers, len(self._request.body))
        patience = self._patience = Patience(asyncio.get_running_loop(), self._request, self.end)
        self._under_way.add(self)
        reply: HttpReply | None = None
        try:
            patience.check()
            reply = await self._ask(destination, head, patience)
        except CONNECTION_FAILURES as error:
            raise failure_before_body(error) from error
        finally:
            if reply is None:
                self._leave()
        return reply

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Keeps the connection if the whole reply has arrived, and closes it at once if not."""
        self._leave()

    def end(self, failure: GatewayError) -> None:
        """Ends whatever is waited for with this failure, and the connection with it."""
        if self._failure is not None:
            return
        self._failure = failure
        if self._connecting is not None:
            self._connecting.cancel()
        if self._body is not None:
            self._body.set_exception(failure)
        if self._wire is not None:
            self._wire.set_exception(failure)
            self._wire.abort()

    async def _ask(self, destination: Destination, head: bytes, patience: Patience) -> HttpReply:
        wire = await self._connect(destination.pool, fresh=False)
        kept = wire.used
        patience.connected()
        try:
            message, body = await wire.ask(head, self._request.body)
        except _STALE:
            if not kept or wire.heard or self._failure is not None:
                raise
            self._abandon()
            patience.connecting()
            wire = await self._connect(destination.pool, fresh=True)
            patience.connected()
            message, body = await wire.ask(head, self._request.body)
        self._body = body
        if self._failure is not None:
            raise self._failure
        patience.hold()
        return HttpReply(message, body, wire, patience)

    async def _connect(self, pool: Pool, *, fresh: bool) -> Wire:
        task = cast("asyncio.Task[object]", asyncio.current_task())
        cancels = task.cancelling()
        self._connecting = task
        try:
            self._connection, self._wire = await pool.connect(fresh=fresh)
        except asyncio.CancelledError:
            if self._failure is None or task.cancelling() > cancels + 1:
                raise
            raise self._failure from None
        finally:
            self._connecting = None
            if self._failure is not None:
                task.uncancel()
        return self._wire

    def _leave(self) -> None:
        self._under_way.discard(self)
        patience, self._patience = self._patience, None
        if patience is not None:
            patience.stop()
        if self._wire is not None and self._body is not None and self._wire.finished(self._body):
            self._release()
        else:
            self._abandon()

    def _release(self) -> None:
        if self._connection is not None:
            self._connection.release()

    def _abandon(self) -> None:
        if self._wire is not None:
            self._wire.abort()
        if self._connection is not None:
            self._connection.close()
