"""The two ways to receive: one reply to wait for, or a stream of them to read."""

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import Any, cast

import grpc

from gateway_core.inprocess.call import MIXED_STYLES, InProcessCall
from gateway_core.inprocess.exchange import Exchange, Request, Response


class UnaryReply(InProcessCall[Request, Response]):
    """A call that brings one reply."""

    ends_when_dropped = False

    def __await__(self) -> Generator[Any, None, Response]:
        """Waits for the reply, any number of times. Cancelling the waiting task cancels the call."""
        exchange = self._exchange
        try:
            while exchange.status is None:
                yield from exchange.change()
        except asyncio.CancelledError:
            self.cancel()
            raise
        self._raise_unless_ok(exchange.status)
        return exchange.reply

    async def wait_for_connection(self) -> None:
        """Waits for the end: there is no earlier sign of life."""
        try:
            status = await self._exchange.settled()
        except asyncio.CancelledError:
            self.cancel()
            raise
        self._raise_unless_ok(status)


class StreamedReply(InProcessCall[Request, Response]):
    """A call that brings a stream of replies, to be iterated over or read one by one, but not both."""

    ends_when_dropped = True

    def __init__(self, exchange: Exchange[Request, Response]) -> None:
        super().__init__(exchange)
        self._iterated: bool | None = None
        self._exhausted = False

    def __del__(self) -> None:
        """Cancels a call that nobody can read any more."""
        self._cancel_dropped()

    def __aiter__(self) -> AsyncIterator[Response]:
        """Iterates; a second iteration goes on where the first stopped."""
        self._choose(iterated=True)
        return self

    async def __anext__(self) -> Response:
        """Gives the next reply; raises at the end what the call ended with, and only once."""
        exchange = self._exchange
        if exchange.replies.messages:
            return exchange.take()
        reply = await self._next()
        if reply is not grpc.aio.EOF:
            return cast("Response", reply)
        if not self._exhausted:
            self._exhausted = True
            self._raise_unless_ok(await exchange.settled())
        raise StopAsyncIteration

    async def read(self) -> Response | object:
        """Gives the next reply, or grpc.aio.EOF after the last; raises what the call ended with."""
        exchange = self._exchange
        if exchange.status is None:
            self._choose(iterated=False)
            reply = await self._next()
            if reply is not grpc.aio.EOF:
                return reply
        self._raise_unless_ok(await exchange.settled())
        return grpc.aio.EOF

    async def wait_for_connection(self) -> None:
        """Waits until the handler's end has answered at all; raises if the answer is a failure."""
        exchange = self._exchange
        try:
            while exchange.initial is None:
                await exchange.change()
        except asyncio.CancelledError:
            self.cancel()
            raise
        if exchange.status is not None:
            self._raise_unless_ok(exchange.status)

    async def _next(self) -> Response | object:
        try:
            return await self._exchange.next_reply()
        except asyncio.CancelledError:
            self.cancel()
            raise

    def _choose(self, *, iterated: bool) -> None:
        if self._iterated is None:
            self._iterated = iterated
        elif self._iterated is not iterated:
            raise grpc.aio.UsageError(MIXED_STYLES)
