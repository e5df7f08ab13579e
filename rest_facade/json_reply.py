"""Sends one whole reply as raw ASGI messages. It does not know what the reply means."""

from typing import Final

from starlette.types import Send

from rest_facade.error_body import ErrorReply, error_headers, write_error
from rest_facade.reply_headers import Header

JSON_TYPE: Final[Header] = (b"content-type", b"application/json")
NOT_STORED: Final[Header] = (b"cache-control", b"no-store")
CLOSE: Final[Header] = (b"connection", b"close")


async def send_json(
    send: Send, status: int, body: bytes, headers: list[Header] | None = None, *, more: bool = False
) -> None:
    """Sends a JSON reply. With `more` the message that ends it is left to the caller."""
    length = (b"content-length", b"%d" % len(body))
    start = [JSON_TYPE, length]
    if headers is not None:
        start += headers
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def send_error(send: Send, reply: ErrorReply) -> None:
    """Sends an error as the whole reply."""
    await send_json(send, reply.status, write_error(reply), [NOT_STORED, *error_headers(reply)])
