"""Serves the core's services: over gRPC listeners, and in-process. It decides nothing about chats."""

import asyncio
import socket
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


class BindError(Exception):
    """An address cannot be listened on. It stops the start and never reaches a caller."""


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


def grpc_options(settings: CoreSettings) -> list[tuple[str, int]]:
    """Gives the options of a listener: bounded messages and buffers, patient keep-alives, no shared ports."""
    return [
        ("grpc.max_receive_message_length", settings.max_message_bytes),
        ("grpc.max_send_message_length", settings.max_message_bytes),
        ("grpc.max_metadata_size", 16 * 1024),
        ("grpc.absolute_max_metadata_size", 32 * 1024),
        ("grpc.max_concurrent_streams", settings.max_concurrent_streams),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.http2.min_ping_interval_without_data_ms", 30_000),
        ("grpc.http2.max_ping_strikes", 2),
        ("grpc.http2.bdp_probe", 0),
        ("grpc.server_handshake_timeout_ms", 10_000),
        ("grpc.so_reuseport", 0),
    ]


@asynccontextmanager
async def serve(
    services: Services, interceptors: Sequence[grpc.aio.ServerInterceptor], drained: Drained, settings: CoreSettings
) -> AsyncIterator[CoreServer]:
    """Serves until left; whoever wants running calls to finish drains first."""
    healths = health.aio.HealthServicer()
    for name in SERVICE_NAMES:
        await healths.set(name, health_pb2.HealthCheckResponse.SERVING)
    inside = InProcessServer(interceptors, maximum_message_bytes=settings.max_message_bytes)
    register(inside, services, healths)
    listeners: list[grpc.aio.Server] = []
    try:
        grpc_address = channelz_address = None
        if settings.grpc_listen is not None:
            listener = grpc.aio.server(interceptors=interceptors, options=grpc_options(settings))
            register(listener, services, healths)
            if settings.reflection:
                names = (*SERVICE_NAMES, health.SERVICE_NAME, reflection.SERVICE_NAME)
                reflection.enable_server_reflection(names, listener)
            grpc_address = await start(listener, settings.grpc_listen)
            listeners.append(listener)
        if settings.channelz_listen is not None:
            listener = grpc.aio.server(options=grpc_options(settings))
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


async def start(server: grpc.aio.Server, listen: str) -> str:
    """Binds and starts a listener; gives the address with the port that was really taken."""
    require_free(listen)
    try:
        port = server.add_insecure_port(listen)
    except RuntimeError as error:
        raise BindError(f"cannot listen on {listen} for gRPC") from error
    await server.start()
    return listen if listen.startswith("unix:") else f"{listen.rsplit(':', 1)[0]}:{port}"


def require_free(listen: str) -> None:
    """Raises BindError for an address that cannot be bound: gRPC would also write lines of its own about it."""
    if listen.startswith("unix:"):
        return
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except (OSError, OverflowError, ValueError) as error:
            raise BindError(f"cannot listen on {listen} for gRPC: {error}") from error
