"""The caller's end of an in-process call, as far as all four kinds of call share it."""

from collections.abc import Callable
from typing import Any, Generic

import grpc

from gateway_core.inprocess.exchange import Exchange, Request, Response
from gateway_core.inprocess.outcome import Outcome, raise_failure

LOCALLY_CANCELLED = "Locally cancelled by application!"
GARBAGE_COLLECTED = "Cancelled upon garbage collection!"
MIXED_STYLES = "The iterator and read/write APIs may not be mixed on a single RPC."


class InProcessCall(Generic[Request, Response]):
    """Watches and cancels a call.

    A call that streams is cancelled when its caller drops this object half read: therefore nothing but the caller may
    hold it. (grpc.aio means to do so too, but 1.85 holds such a call itself until its channel is closed.) A call with
    one reply goes on without its caller, and then its callbacks are still due.
    """

    ends_when_dropped: bool

    def __init__(self, exchange: Exchange[Request, Response]) -> None:
        self._exchange = exchange
        self._callbacks: list[Callable[[Any], None]] = []

    def __repr__(self) -> str:
        """Tells the kind of call, its method and how it ended."""
        status = self._exchange.status
        state = "running" if status is None else f"{status.code.name} {status.details!r}"
        return f"<{type(self).__name__} {self._exchange.method.name} {state}>"

    def cancel(self) -> bool:
        """Cancels the call; tells whether there was anything to cancel."""
        return self._cancel(LOCALLY_CANCELLED)

    def cancelled(self) -> bool:
        """Tells whether the call ended as CANCELLED, for whatever reason."""
        status = self._exchange.status
        return status is not None and status.code is grpc.StatusCode.CANCELLED

    def done(self) -> bool:
        """Tells whether the call has ended and everything it brought was read."""
        return self._exchange.status is not None

    def time_remaining(self) -> float | None:
        """Tells the seconds until the deadline; `None` without one."""
        return self._exchange.time_remaining()

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Has a function called with this object when the call is done; at once if it is."""
        if self._exchange.status is not None:
            callback(self)
            return
        self._callbacks.append(callback)
        self._exchange.watch(self._notify, hold=not self.ends_when_dropped)

    async def initial_metadata(self) -> grpc.aio.Metadata:
        """Waits for the initial metadata, which a call that failed early has none of."""
        exchange = self._exchange
        while exchange.initial is None:
            await exchange.change()
        return grpc.aio.Metadata(*exchange.initial)

    async def trailing_metadata(self) -> grpc.aio.Metadata:
        """Waits for the end and gives the metadata that came with it."""
        return grpc.aio.Metadata(*(await self._exchange.settled()).trailing)

    async def code(self) -> grpc.StatusCode:
        """Waits for the end and gives its code."""
        return (await self._exchange.settled()).code

    async def details(self) -> str:
        """Waits for the end and gives its details."""
        return (await self._exchange.settled()).details

    async def debug_error_string(self) -> str | None:
        """Waits for the end and gives it as one line."""
        return (await self._exchange.settled()).debug_error_string

    def _raise_unless_ok(self, status: Outcome) -> None:
        if status.code is not grpc.StatusCode.OK:
            raise_failure(status, self._exchange.initial or ())

    def _cancel(self, details: str) -> bool:
        if not self._exchange.cancel(details):
            return False
        self._notify()
        return True

    def _notify(self) -> None:
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)

    def _cancel_dropped(self) -> None:
        exchange = self._exchange
        if exchange.status is None and not exchange.loop.is_closed():
            exchange.loop.call_soon_threadsafe(self._cancel, GARBAGE_COLLECTED)
