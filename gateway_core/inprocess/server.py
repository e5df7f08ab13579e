"""A grpc.aio.Server without ports: its channels call its handlers directly. Knows nothing of what the handlers do."""

import asyncio
import contextvars
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NoReturn
from weakref import WeakSet

import grpc

from gateway_core.inprocess.channel import InProcessChannel
from gateway_core.inprocess.context import InProcessContext
from gateway_core.inprocess.exchange import Exchange
from gateway_core.inprocess.limit import refusal
from gateway_core.inprocess.methods import MethodHandler, Methods
from gateway_core.inprocess.outcome import Outcome
from gateway_core.inprocess.serving import serve

NO_PORTS = "An in-process server has no ports."
STOPPED = Outcome(grpc.StatusCode.UNAVAILABLE, "The server has stopped.")
STOPPING = Outcome(grpc.StatusCode.UNAVAILABLE, "Cancelling all calls")


class InProcessServer(grpc.aio.Server):
    """Runs the handlers of the services that are added to it, each call in a task of its own.

    Handlers start from the context variables that were set where the server was made: nothing of a caller's reaches
    them, nothing of theirs a caller. No message larger than `maximum_message_bytes` passes, either way.
    `gateway_core.inprocess.methods.Methods` says what an interceptor gains by `per_method = True`.
    """

    def __init__(
        self, interceptors: Sequence[grpc.aio.ServerInterceptor] = (), *, maximum_message_bytes: int | None = None
    ) -> None:
        if not all(isinstance(interceptor, grpc.aio.ServerInterceptor) for interceptor in interceptors):
            raise ValueError("Interceptors must be instances of grpc.aio.ServerInterceptor.")
        self._methods = Methods(tuple(interceptors))
        self._maximum = maximum_message_bytes
        self._context = contextvars.copy_context()
        self._running: set[Exchange[Any, Any]] = set()
        self._channels: WeakSet[InProcessChannel] = WeakSet()
        self._stopping = False
        self._stopped = asyncio.Event()

    def channel(self) -> InProcessChannel:
        """Makes a channel to this server."""
        channel = InProcessChannel(self)
        self._channels.add(channel)
        return channel

    def add_generic_rpc_handlers(self, generic_rpc_handlers: Iterable[grpc.GenericRpcHandler]) -> None:
        """Adds handlers that are asked for a method in turn."""
        self._methods.add_generic(generic_rpc_handlers)

    def add_registered_method_handlers(self, service_name: str, method_handlers: Mapping[str, MethodHandler]) -> None:
        """Adds the methods of a service."""
        self._methods.register(service_name, method_handlers)

    def add_insecure_port(self, address: str) -> NoReturn:
        """Refuses."""
        raise grpc.aio.UsageError(f"{NO_PORTS} ({address})")

    def add_secure_port(self, address: str, server_credentials: grpc.ServerCredentials) -> NoReturn:
        """Refuses."""
        del server_credentials
        raise grpc.aio.UsageError(f"{NO_PORTS} ({address})")

    async def start(self) -> None:
        """Does nothing: calls are taken from the beginning."""

    async def stop(self, grace: float | None) -> None:
        """Refuses new calls at once, lets running ones go on for `grace` seconds, then cancels them.

        Returns when the last handler has ended. A second stop with less grace makes the first one stop sooner.
        """
        self._stopping = True
        for channel in tuple(self._channels):
            channel.note_change()
        if grace:
            await self._wait_for_handlers(grace)
        for exchange in tuple(self._running):
            exchange.break_off(STOPPING)
        await self._wait_for_handlers(None)
        self._stopped.set()

    async def wait_for_termination(self, timeout: float | None = None) -> bool:  # noqa: ASYNC109 # the signature is the library's
        """Waits until the server has stopped; tells whether the time was too short for that."""
        try:
            async with asyncio.timeout(timeout):
                await self._stopped.wait()
        except TimeoutError:
            return True
        return False

    def is_open(self) -> bool:
        """Tells whether the server takes calls."""
        return not self._stopping

    def accept(self, exchange: Exchange[Any, Any]) -> None:
        """Starts the handler of a call, or ends the call."""
        if self._stopping:
            exchange.settle(STOPPED)
            return
        if self._maximum is not None:
            exchange.maximum = self._maximum
            refused = None if exchange.method.streams_requests else refusal("SERVER", exchange.request, self._maximum)
            if refused is not None:
                exchange.settle(refused)
                return
        context: InProcessContext[Any, Any] = InProcessContext(exchange)
        task = exchange.loop.create_task(serve(exchange, context, self._methods), context=self._context.copy())
        exchange.task = task
        self._running.add(exchange)
        task.add_done_callback(partial(self._conclude, exchange, context))

    def _conclude(
        self, exchange: Exchange[Any, Any], context: InProcessContext[Any, Any], task: asyncio.Task[None]
    ) -> None:
        self._running.discard(exchange)
        exchange.task = None
        if task.cancelled():
            context.refuse(grpc.StatusCode.CANCELLED, "The handler was cancelled.")
        else:
            error = task.exception()
            if error is not None:
                context.fail(error)
        context.conclude()

    async def _wait_for_handlers(self, limit: float | None) -> None:
        tasks = [exchange.task for exchange in self._running if exchange.task is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=limit)
