"""Shows the metrics of a registry to Prometheus, over plain HTTP on a listener of its own."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

PATH = "/metrics"


class MetricsPage:
    """An ASGI application with one page."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Takes what to show."""
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        del receive
        if scope["path"] != PATH:
            await answer(send, 404, "text/plain; charset=utf-8", f"there is only {PATH}\n".encode())
            return
        accepted = next((value for name, value in scope["headers"] if name == b"accept"), b"").decode("latin-1")
        encode, content_type = choose_encoder(accepted)
        await answer(send, 200, content_type, encode(self._registry))


async def answer(send: Send, status: int, content_type: str, body: bytes) -> None:
    """Sends a whole answer."""
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
