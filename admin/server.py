"""Serves administration on one gRPC listener. It decides nothing about records."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from admin.service_table import Served
from admin.settings import AdminSettings
from gateway_core.interceptors.draining import Drained
from gateway_core.listening import grpc_options, start

LAST_WORDS = 0.5


@dataclass(frozen=True, slots=True)
class AdminServer:
    """A server that runs: where it listens, and how to bring it to an end."""

    address: str
    listener: grpc.aio.Server
    health: health.aio.HealthServicer
    drained: Drained
    end_streams: Callable[[], None]

    async def drain(self, patience: float) -> None:
        """Turns health off, ends those who watch, refuses new calls, and gives running ones `patience` seconds.

        Those who watch health do so without end: they are not waited for.
        """
        await self.health.enter_graceful_shutdown()
        self.end_streams()
        async with asyncio.TaskGroup() as group:
            group.create_task(self.listener.stop(patience + LAST_WORDS))
            await self.drained.drain(patience)
            group.create_task(self.listener.stop(LAST_WORDS))


@dataclass(frozen=True, slots=True)
class Serving:
    """What a server is made of: its services and interceptors, who drains it, who ends streams that have no end."""

    services: Sequence[Served]
    interceptors: Sequence[grpc.aio.ServerInterceptor]
    drained: Drained
    end_streams: Callable[[], None]


@asynccontextmanager
async def serve(
    serving: Serving, settings: AdminSettings, credentials: grpc.ServerCredentials | None
) -> AsyncIterator[AdminServer]:
    """Serves until left; whoever wants running calls to finish drains first. Raises BindError."""
    options = grpc_options(
        max_message_bytes=settings.max_message_bytes, max_concurrent_streams=settings.max_concurrent_streams
    )
    listener = grpc.aio.server(interceptors=serving.interceptors, options=options)
    healths = health.aio.HealthServicer()
    names = [served.contract.full_name for served in serving.services]
    for name in names:
        await healths.set(name, health_pb2.HealthCheckResponse.SERVING)
    for served in serving.services:
        served.add(served.servicer, listener)
    health_pb2_grpc.add_HealthServicer_to_server(healths, listener)
    if settings.reflection:
        reflection.enable_server_reflection((*names, health.SERVICE_NAME, reflection.SERVICE_NAME), listener)
    try:
        address = await start(listener, settings.listen, credentials)
        yield AdminServer(address, listener, healths, serving.drained, serving.end_streams)
    finally:
        await listener.stop(None)
