"""An admin service as it is watched: the stream of WatchConfig, which is taken for dead when it falls silent."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import grpc

from gateway_core.records.secret import Secret
from weir.admin.v1.config_service_pb2 import WatchConfigRequest, WatchConfigResponse
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub

SECURE: Final = "https://"
SILENCE: Final = 3.0
OPTIONS: Final = (
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.use_local_subchannel_pool", 1),
)


class Silent(Exception):
    """The stream has said nothing for too long, not even that nothing has changed."""


@dataclass(frozen=True, slots=True)
class WatchedAdmin:
    """One admin service over an open channel. `watcher_id` is the name by which administrators see this core."""

    channel: grpc.aio.Channel
    token: Secret | None
    watcher_id: str
    software_version: str
    silence: float = SILENCE

    async def messages(self, known: int) -> AsyncGenerator[WatchConfigResponse, None]:
        """Gives what the service tells about everything after the configuration `known`.

        Raises AioRpcError, and Silent.
        """
        request = WatchConfigRequest(
            watcher_id=self.watcher_id, software_version=self.software_version, resume_version=known
        )
        metadata = () if self.token is None else (("authorization", f"Bearer {self.token.reveal()}"),)
        call = ConfigServiceStub(self.channel).WatchConfig(request, metadata=metadata)
        try:
            while isinstance(message := await self._read(call), WatchConfigResponse):
                yield message
        finally:
            call.cancel()

    async def _read(self, call: "grpc.aio.UnaryStreamCall[WatchConfigRequest, WatchConfigResponse]") -> object:
        """Gives the next message, or something else at the end."""
        try:
            async with asyncio.timeout(self.silence):
                return await call.read()
        except TimeoutError as error:
            raise Silent("the admin service has fallen silent") from error


@asynccontextmanager
async def admin_channel(address: str) -> AsyncIterator[grpc.aio.Channel]:
    """Opens a channel to `host:port`, or to `https://host:port` with TLS. It connects when it is used."""
    if address.startswith(SECURE):
        target = address.removeprefix(SECURE)
        channel = grpc.aio.secure_channel(target, grpc.ssl_channel_credentials(), options=OPTIONS)
    else:
        channel = grpc.aio.insecure_channel(address, options=OPTIONS)
    async with channel:
        yield channel
