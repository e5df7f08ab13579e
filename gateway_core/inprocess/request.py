"""Sending a stream of requests: by hand, or from an iterator in a task that ends with the call."""

import asyncio
import logging
from collections.abc import AsyncIterable, Iterable
from typing import TypeAlias

import grpc

from gateway_core.inprocess.call import LOCALLY_CANCELLED, MIXED_STYLES, InProcessCall
from gateway_core.inprocess.exchange import Exchange, Request, Response

logger = logging.getLogger(__name__)

Requests: TypeAlias = AsyncIterable[Request] | Iterable[Request]


class StreamedRequest(InProcessCall[Request, Response]):
    """A call whose requests are a stream."""

    def __init__(self, exchange: Exchange[Request, Response], requests: Requests[Request] | None) -> None:
        super().__init__(exchange)
        self._written = requests is None
        if requests is not None and exchange.status is None:
            start_sending(exchange, requests)

    async def write(self, request: Request) -> None:
        """Sends a request, as soon as the handler has read enough of those before."""
        self._demand_writing()
        exchange = self._exchange
        if exchange.status is not None:
            raise asyncio.InvalidStateError("RPC already finished.")
        if exchange.half_closed:
            raise asyncio.InvalidStateError('RPC is half closed after calling "done_writing".')
        try:
            await exchange.send(request)
        except asyncio.CancelledError:
            self.cancel()
            raise

    async def done_writing(self) -> None:
        """Says that no request follows; once is enough, more does no harm."""
        self._demand_writing()
        self._exchange.half_close()

    async def wait_for_connection(self) -> None:
        """Raises if the call has failed already. Otherwise there is nothing to wait for: requests may be sent."""
        status = self._exchange.status
        if status is not None:
            self._raise_unless_ok(status)

    def _demand_writing(self) -> None:
        if not self._written:
            raise grpc.aio.UsageError(MIXED_STYLES)


def start_sending(exchange: Exchange[Request, Response], requests: Requests[Request]) -> None:
    """Sends what an iterator gives. An iterator that fails cancels the call."""
    sender = exchange.loop.create_task(_send_all(exchange, requests))
    exchange.sender = sender

    def conclude(task: asyncio.Task[None]) -> None:
        exchange.sender = None
        error = None if task.cancelled() else task.exception()
        if error is not None:
            logger.debug("The requests of %s failed.", exchange.method.name, exc_info=error)
        if error is not None or task.cancelled():
            exchange.cancel(LOCALLY_CANCELLED)

    sender.add_done_callback(conclude)


async def _send_all(exchange: Exchange[Request, Response], requests: Requests[Request]) -> None:
    if isinstance(requests, AsyncIterable):
        async for request in requests:
            await exchange.send(request)
            if exchange.over:
                return
    else:
        for request in requests:
            await exchange.send(request)
            if exchange.over:
                return
    exchange.half_close()
