"""An admin service that tells watchers what a test wants, and remembers how it was asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import grpc

from weir.admin.v1.config_service_pb2 import WatchConfigRequest, WatchConfigResponse
from weir.admin.v1.config_watch_pb2 import ConfigEvent, ConfigProgress

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]


def told(version: int, *events: tuple[str, str], reachable: bool = True) -> WatchConfigResponse:
    """Makes a message about records, each a kind and a uid, that changed in the newest version."""
    return WatchConfigResponse(
        events=[ConfigEvent(version=version, kind=kind, uid=uid) for kind, uid in events],
        progress=ConfigProgress(version=version, store_reachable=reachable),
    )


class ScriptedAdmin:
    """Tells what is put into `messages`; None ends the stream, a status code fails it."""

    def __init__(self) -> None:
        """Starts with nothing to tell."""
        self.messages: asyncio.Queue[WatchConfigResponse | grpc.StatusCode | None] = asyncio.Queue()
        self.requests: list[WatchConfigRequest] = []
        self.metadata: list[dict[str, str | bytes]] = []
        self.left = asyncio.Event()

    def service(self) -> grpc.GenericRpcHandler:
        """Gives the one method there is, to be added to a server."""
        watch = grpc.unary_stream_rpc_method_handler(
            self.watch, WatchConfigRequest.FromString, WatchConfigResponse.SerializeToString
        )
        return grpc.method_handlers_generic_handler("weir.admin.v1.ConfigService", {"WatchConfig": watch})

    async def watch(self, request: WatchConfigRequest, context: Context) -> AsyncIterator[WatchConfigResponse]:
        """Plays the script."""
        self.requests.append(request)
        self.metadata.append(dict(context.invocation_metadata() or ()))
        try:
            while (message := await self.messages.get()) is not None:
                if isinstance(message, grpc.StatusCode):
                    await context.abort(message, "told by the test")
                yield message
        finally:
            self.left.set()


@asynccontextmanager
async def served_admin(admin: ScriptedAdmin) -> AsyncIterator[str]:
    """Serves it on a port of its own and gives the address."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
    server.add_generic_rpc_handlers((admin.service(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        await server.stop(None)
