"""Gives every request an id, the caller's if it is well formed, and repeats it on every reply."""

import re
from secrets import token_hex
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID: Final = b"x-request-id"
WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}", re.ASCII)


class NotHttp(Exception):
    """The server speaks something else than HTTP to an application that knows nothing else."""


def new_request_id() -> str:
    """Makes an id that nobody else has."""
    return f"req_{token_hex(16)}"


def request_id_of(scope: Scope) -> str:
    """Reads the caller's id, or makes one."""
    for name, value in scope["headers"]:
        if name == REQUEST_ID and WELL_FORMED.fullmatch(value):
            text: str = value.decode("ascii")
            return text
    return new_request_id()


class IdentifiedApp:
    """The outermost layer: whatever fails below it can be named."""

    def __init__(self, app: ASGIApp) -> None:
        """Takes the layer below."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Leaves the id in the scope, as `weir.request_id`."""
        if scope["type"] != "http":
            raise NotHttp(scope["type"])
        request_id = request_id_of(scope)
        scope["weir.request_id"] = request_id
        header = (REQUEST_ID, request_id.encode("ascii"))

        async def send_identified(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"].append(header)
            await send(message)

        await self._app(scope, receive, send_identified)
