"""Gives every request an id, the caller's if it is well formed, and repeats it on every reply; notes its address."""

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from rest_facade.client_address import ClientAddresses
from rest_facade.reply_head import REPLY, ReplyHead
from rest_facade.request_ids import RequestIds

REQUEST_ID: Final = b"x-request-id"
WELL_FORMED: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}", re.ASCII)


class NotHttp(Exception):
    """The server speaks something else than HTTP to an application that knows nothing else."""


class IdentifiedApp:
    """The outermost layer: whatever fails below it can be named.

    It leaves in the scope `weir.request_id`, `weir.headers` (the last value of each request header), the caller's
    `weir.client_address`, and the ReplyHead.
    """

    def __init__(self, app: ASGIApp, addresses: ClientAddresses) -> None:
        """Takes the layer below, and who finds out where requests come from."""
        self._app = app
        self._addresses = addresses
        self._ids = RequestIds()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            raise NotHttp(scope["type"])
        headers: dict[bytes, bytes] = dict(scope["headers"])
        given = headers.get(REQUEST_ID)
        request_id = given.decode("ascii") if given and WELL_FORMED.fullmatch(given) else self._ids.new()
        reply = ReplyHead(send)
        reply.headers.append((REQUEST_ID, request_id.encode("ascii")))
        scope["weir.headers"] = headers
        scope["weir.request_id"] = request_id
        scope["weir.client_address"] = self._addresses.of(scope, headers)
        scope[REPLY] = reply
        try:
            await self._app(scope, receive, reply.send)
        finally:
            # The reply leads back to the scope: a cycle would keep the whole request until the collector comes.
            del scope[REPLY]
