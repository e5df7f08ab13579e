"""A grpc.aio.Channel whose other end is a server in the same process. Knows of the server only that it takes calls."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import grpc

from gateway_core.inprocess.call import LOCALLY_CANCELLED
from gateway_core.inprocess.exchange import Exchange, Method
from gateway_core.inprocess.metadata import MetadataLike, Metadatum, carry_request
from gateway_core.inprocess.multicallable import StreamStream, StreamUnary, UnaryStream, UnaryUnary
from gateway_core.inprocess.outcome import Outcome

Req = TypeVar("Req")
Res = TypeVar("Res")

CLOSED = "Channel is closed."


class Acceptor(Protocol):
    """Takes calls."""

    def accept(self, exchange: Exchange[Any, Any]) -> None:
        """Starts the handler of a call, or ends the call."""
        ...

    def is_open(self) -> bool:
        """Tells whether handlers are started."""
        ...


class InProcessChannel(grpc.aio.Channel):
    """Calls a server's handlers; as open and as plain as an insecure channel, so it takes no call credentials."""

    def __init__(self, acceptor: Acceptor) -> None:
        self._acceptor = acceptor
        self._calls: set[Exchange[Any, Any]] = set()
        self._closed = False
        self._watchers: list[asyncio.Future[None]] = []

    async def __aenter__(self) -> Self:
        """Gives the channel, which is ready."""
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: BaseException | None, exc_tb: TracebackType | None
    ) -> None:
        """Closes the channel and cancels its calls."""
        await self.close()

    def begin(
        self,
        method: Method,
        request: object,
        timeout: float | None,
        metadata: MetadataLike | None,
        credentials: grpc.CallCredentials | None,
    ) -> Exchange[Any, Any]:
        """Begins a call. What is wrong with the metadata is told where the caller waits."""
        if self._closed:
            raise grpc.aio.UsageError(CLOSED)
        if credentials is not None:
            raise grpc.aio.UsageError("Call credentials are only valid on secure channels")
        fault: Exception | None = None
        carried: tuple[Metadatum, ...] = ()
        try:
            carried = carry_request(metadata)
        except (grpc.aio.InternalError, TypeError) as error:
            fault = error
        exchange: Exchange[Any, Any] = Exchange(method, carried, self._calls)
        exchange.request = request
        if fault is not None:
            streams = method.streams_requests or method.streams_replies
            told = None if streams and isinstance(fault, grpc.aio.InternalError) else fault
            exchange.settle(Outcome(grpc.StatusCode.INTERNAL, "Invalid metadata", fault=told))
            return exchange
        if timeout is not None:
            exchange.expire_after(timeout)
        if exchange.status is None:
            self._acceptor.accept(exchange)
        return exchange

    async def close(self, grace: float | None = None) -> None:
        """Takes no more calls, lets the running ones go on for the grace period and then cancels them."""
        if self._closed:
            return
        if grace is not None and grace < 0:
            raise ValueError(f"grace must be non-negative, got {grace}.")
        self._closed = True
        self.note_change()
        if grace and self._calls:
            ends = [asyncio.ensure_future(call.settled()) for call in self._calls]
            _, pending = await asyncio.wait(ends, timeout=grace)
            for end in pending:
                end.cancel()
        for call in tuple(self._calls):
            call.abandon(LOCALLY_CANCELLED)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002 # the signature is the library's
        """Tells READY, TRANSIENT_FAILURE when the server has stopped, or SHUTDOWN when the channel is closed."""
        del try_to_connect
        if self._closed:
            return grpc.ChannelConnectivity.SHUTDOWN
        if self._acceptor.is_open():
            return grpc.ChannelConnectivity.READY
        return grpc.ChannelConnectivity.TRANSIENT_FAILURE

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Waits until the state is another one."""
        if self._closed:
            raise grpc.aio.UsageError(CLOSED)
        while self.get_state() is last_observed_state:
            watcher = asyncio.get_running_loop().create_future()
            self._watchers.append(watcher)
            await watcher

    async def channel_ready(self) -> None:
        """Waits until the channel is ready: it is, or it never will be."""
        while (state := self.get_state(try_to_connect=True)) is not grpc.ChannelConnectivity.READY:
            await self.wait_for_state_change(state)

    def note_change(self) -> None:
        """Makes whoever waits for another state look again."""
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)

    def unary_unary(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool | None = False,  # noqa: FBT001, FBT002 # the signature is the library's
    ) -> UnaryUnary[Req, Res]:
        """Makes what a stub calls; nothing is serialised."""
        del request_serializer, response_deserializer
        return UnaryUnary(self, Method(method, streams_requests=False, streams_replies=False))

    def unary_stream(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool | None = False,  # noqa: FBT001, FBT002 # the signature is the library's
    ) -> UnaryStream[Req, Res]:
        """Makes what a stub calls; nothing is serialised."""
        del request_serializer, response_deserializer
        return UnaryStream(self, Method(method, streams_requests=False, streams_replies=True))

    def stream_unary(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool | None = False,  # noqa: FBT001, FBT002 # the signature is the library's
    ) -> StreamUnary[Req, Res]:
        """Makes what a stub calls; nothing is serialised."""
        del request_serializer, response_deserializer
        return StreamUnary(self, Method(method, streams_requests=True, streams_replies=False))

    def stream_stream(
        self,
        method: str,
        request_serializer: Callable[[Req], bytes] | None = None,
        response_deserializer: Callable[[bytes], Res] | None = None,
        _registered_method: bool | None = False,  # noqa: FBT001, FBT002 # the signature is the library's
    ) -> StreamStream[Req, Res]:
        """Makes what a stub calls; nothing is serialised."""
        del request_serializer, response_deserializer
        return StreamStream(self, Method(method, streams_requests=True, streams_replies=True))
