"""Serves an application over HTTP inside a running event loop. It handles no signals and knows no application."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from rest_facade.acceptor import Acceptor
from rest_facade.http_protocol import FacadeProtocol, FacadeState

BACKLOG: Final = 4096
KEEP_ALIVE: Final = 75
LAST_WORDS: Final = 2.0


class BindError(Exception):
    """An address cannot be listened on. It stops the start and never reaches a caller."""


class FacadeServer(uvicorn.Server):
    """uvicorn driven by its context instead of by signals. It never waits for longer than it may."""

    def __init__(self, config: uvicorn.Config) -> None:
        """Takes the configuration."""
        super().__init__(config)
        self._connections = self.server_state = FacadeState()
        self._acceptor: Acceptor | None = None

    def start(self, sock: socket.socket) -> asyncio.Task[None]:
        """Begins to serve. The task it gives keeps the `date` header right and ends by being cancelled."""
        self.config.load()
        self._acceptor = Acceptor(sock, self._make_protocol)
        self._acceptor.start(BACKLOG)
        return asyncio.get_running_loop().create_task(self.main_loop())

    def _make_protocol(self) -> asyncio.Protocol:
        return FacadeProtocol(config=self.config, server_state=self.server_state, app_state={})

    async def stop(self, drain: float) -> None:
        """Stops accepting, lets requests finish, cancels what is left and cuts connections that do not close."""
        if self._acceptor is not None:
            self._acceptor.close()
        for connection in tuple(self.server_state.connections):
            connection.shutdown()
        await self._wait_for_quiet(drain)
        for task in tuple(self.server_state.tasks):
            task.cancel()
        await self._wait_for_quiet(LAST_WORDS)
        for connection in tuple(self.server_state.connections):
            connection.transport.abort()

    async def _wait_for_quiet(self, patience: float) -> None:
        """Waits until every task has ended and, since that may take longer, every reply has been read."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while tasks := tuple(self.server_state.tasks):
                    await asyncio.wait(tasks)
                await self._connections.emptied()


def bind(listen: str) -> socket.socket:
    """Binds a TCP socket to `host:port`; the host may be an IPv6 address in brackets."""
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, int(port)))
    except (OSError, ValueError, OverflowError) as error:
        sock.close()
        raise BindError(f"cannot listen on {listen}: {error}") from error
    sock.settimeout(0)
    return sock


def address_of(sock: socket.socket) -> str:
    """Gives the address a socket is bound to, as `host:port`."""
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if sock.family is socket.AF_INET6 else f"{host}:{port}"


@asynccontextmanager
async def serve_http(app: ASGIApp, listen: str, *, drain: float) -> AsyncIterator[str]:
    """Serves while the context lasts and gives the address, with the port that was found if `listen` says 0.

    Leaving stops accepting, lets running requests finish for up to `drain` seconds, cancels the rest and ends.
    """
    sock = bind(listen)
    config = uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        workers=1,
        timeout_keep_alive=KEEP_ALIVE,
    )
    server = FacadeServer(config)
    ticks = server.start(sock)
    try:
        yield address_of(sock)
    finally:
        ticks.cancel()
        await server.stop(drain)
