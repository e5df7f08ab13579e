"""Says whether the gateway lives and whether it can serve. Needs no credential and tells no secrets."""

from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from rest_facade.gateway_client import GatewayClient
from rest_facade.json_reply import NOT_STORED, send_json
from rest_facade.json_text import json_bytes


class Alive:
    """Answers `GET /livez`: this process runs, whatever else may be wrong."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Says yes."""
        del scope, receive
        await send_json(send, 200, b'{"status":"ok"}', [NOT_STORED])


class Health:
    """Answers `GET /readyz` and `GET /v1/health`: 200 if calls are taken, 503 if not."""

    def __init__(self, client: GatewayClient, version: str, draining: Callable[[], bool]) -> None:
        """Takes whom to ask."""
        self._client = client
        self._version = version
        self._draining = draining

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Asks the core, unless this process is about to stop anyway."""
        del scope, receive
        status = await self._status()
        body = json_bytes({"status": status, "version": self._version})
        await send_json(send, 200 if status == "ok" else 503, body, [NOT_STORED])

    async def _status(self) -> str:
        if self._draining():
            return "draining"
        return "ok" if await self._client.is_serving() else "unavailable"


class FrontDoor:
    """Answers `GET /`."""

    def __init__(self, version: str) -> None:
        """Writes the answer once."""
        links = {"chat": "/v1/chat/completions", "models": "/v1/models", "user": "/v1/user", "health": "/v1/health"}
        self._body = json_bytes({"name": "weir", "version": version, "links": links})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Says what this is and where to go on."""
        del scope, receive
        await send_json(send, 200, self._body)
