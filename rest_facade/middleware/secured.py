"""Adds to every reply the headers that keep browsers from doing anything with it but reading it."""

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from rest_facade.reply_head import REPLY
from rest_facade.reply_headers import Header

SECURITY_HEADERS: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


class SecuredApp:
    """Adds the headers. Replies may be embedded across origins only where they may be read across origins."""

    def __init__(self, app: ASGIApp, *, cross_origin: bool) -> None:
        """Takes the layer below."""
        self._app = app
        policy = b"cross-origin" if cross_origin else b"same-origin"
        self._headers = (*SECURITY_HEADERS, (b"cross-origin-resource-policy", policy))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        scope[REPLY].headers += self._headers
        await self._app(scope, receive, send)
