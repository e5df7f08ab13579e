"""Serves the core's services: over gRPC listeners, and in-process. It decides nothing about chats."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from grpc_channelz.v1 import channelz
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from gateway_core.inprocess.server import InProcessServer
from gateway_core.interceptors.draining import Drained
from gateway_core.listening import grpc_options, start
from gateway_core.services.account_service import AccountService
from gateway_core.services.chat_service import ChatService
from gateway_core.services.model_service import ModelService
from gateway_core.settings import CoreSettings
from weir.v1 import account_service_pb2, chat_service_pb2, model_service_pb2
from weir.v1.account_service_pb2_grpc import add_AccountServiceServicer_to_server
from weir.v1.chat_service_pb2_grpc import add_ChatServiceServicer_to_server
from weir.v1.model_service_pb2_grpc import add_ModelServiceServicer_to_server

LAST_WORDS = 0.5
SERVICE_NAMES = (
    chat_service_pb2.DESCRIPTOR.services_by_name["ChatService"].full_name,
    model_service_pb2.DESCRIPTOR.services_by_name["ModelService"].full_name,
    account_service_pb2.DESCRIPTOR.services_by_name["AccountService"].full_name,
)


@dataclass(frozen=True, slots=True)
class Services:
    """What is served."""

    chat: ChatService
    models: ModelService
    account: AccountService


@dataclass(frozen=True, slots=True)
class CoreServer:
    """A server that runs: where it listens, how to dial it from inside, and how to bring it to an end."""

    inside: InProcessServer
    health: health.aio.HealthServicer
    drained: Drained
    listeners: tuple[grpc.aio.Server, ...]
    grpc_address: str | None
    channelz_address: str | None

    async def drain(self, patience: float) -> None:
        """Turns health off, refuses new calls, and lets the running ones go on for `patience` seconds.

        Those who watch health do so without end: they are not waited for.
        """
        await self.health.enter_graceful_shutdown()
        async with asyncio.TaskGroup() as group:
            for listener in self.listeners:
                group.create_task(listener.stop(patience + LAST_WORDS))
            await self.drained.drain(patience)
            for listener in self.listeners:
                group.create_task(listener.stop(LAST_WORDS))
        await self.inside.stop(LAST_WORDS)


@asynccontextmanager
async def serve(
    services: Services, interceptors: Sequence[grpc.aio.ServerInterceptor], drained: Drained, settings: CoreSettings
) -> AsyncIterator[CoreServer]:
    """Serves until left; whoever wants running calls to finish drains first."""
    healths = health.aio.HealthServicer()
    for name in SERVICE_NAMES:
        await healths.set(name, health_pb2.HealthCheckResponse.SERVING)
    options = grpc_options(
        max_message_bytes=settings.max_message_bytes, max_concurrent_streams=settings.max_concurrent_streams
    )
    inside = InProcessServer(interceptors, maximum_message_bytes=settings.max_message_bytes)
    register(inside, services, healths)
    listeners: list[grpc.aio.Server] = []
    try:
        grpc_address = channelz_address = None
        if settings.grpc_listen is not None:
            listener = grpc.aio.server(interceptors=interceptors, options=options)
            register(listener, services, healths)
            if settings.reflection:
                names = (*SERVICE_NAMES, health.SERVICE_NAME, reflection.SERVICE_NAME)
                reflection.enable_server_reflection(names, listener)
            grpc_address = await start(listener, settings.grpc_listen)
            listeners.append(listener)
        if settings.channelz_listen is not None:
            listener = grpc.aio.server(options=options)
            channelz.add_channelz_servicer(listener)
            channelz_address = await start(listener, settings.channelz_listen)
            listeners.append(listener)
        yield CoreServer(inside, healths, drained, tuple(listeners), grpc_address, channelz_address)
    finally:
        for listener in listeners:
            await listener.stop(None)
        await inside.stop(None)


def register(server: Any, services: Services, healths: health.aio.HealthServicer) -> None:  # noqa: ANN401 # both kinds of server take servicers, and share no type
    """Adds every service to a server of either kind."""
    add_ChatServiceServicer_to_server(services.chat, server)
    add_ModelServiceServicer_to_server(services.models, server)
    add_AccountServiceServicer_to_server(services.account, server)
    health_pb2_grpc.add_HealthServicer_to_server(healths, server)
