"""Lets scripts in browsers read replies, from the origins that the settings allow. It looks at no credential."""

import re
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from rest_facade.reply_head import REPLY
from rest_facade.reply_headers import Header

ORIGIN: Final = b"origin"
WANTED_METHOD: Final = b"access-control-request-method"
WANTED_HEADERS: Final = b"access-control-request-headers"
HEADER_NAMES: Final = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~ ,-]{1,2048}")
VARY: Final[Header] = (b"vary", b"Origin")
PREFLIGHT_VARY: Final[Header] = (
    b"vary",
    b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
)
EXPOSED: Final[Header] = (
    b"access-control-expose-headers",
    (
        b"x-request-id, openai-processing-ms, retry-after, retry-after-ms, x-should-retry, x-weir-model, "
        b"x-weir-provider, x-weir-attempts, x-weir-cost-usd, x-weir-overhead-ms"
    ),
)
PREFLIGHT: Final[tuple[Header, ...]] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, OPTIONS"),
    (b"access-control-max-age", b"3600"),
    PREFLIGHT_VARY,
)


class CorsApp:
    """Answers preflight requests itself and marks the replies to all others."""

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]) -> None:
        """Takes the layer below and the allowed origins; `*` allows all, none at all turns this off."""
        self._app = app
        self._any = "*" in origins
        self._origins = frozenset(origin.rstrip("/").lower().encode() for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        found: dict[bytes, bytes] = scope["weir.headers"]
        origin = found.get(ORIGIN)
        if not self._origins or (self._any and origin is None):
            await self._app(scope, receive, send)
        elif origin is not None and scope["method"] == "OPTIONS" and WANTED_METHOD in found:
            await self._answer_preflight(origin, found.get(WANTED_HEADERS, b""), send)
        else:
            scope[REPLY].headers += self._reply_headers(origin)
            await self._app(scope, receive, send)

    def _allowed(self, origin: bytes | None) -> Header | None:
        """Gives the header that lets an origin in, None if it must stay out."""
        if self._any:
            return (b"access-control-allow-origin", b"*")
        if origin is not None and origin.lower() in self._origins:
            return (b"access-control-allow-origin", origin)
        return None

    def _reply_headers(self, origin: bytes | None) -> list[Header]:
        allowed = self._allowed(origin)
        headers = [] if allowed is None else [allowed, EXPOSED]
        return headers if self._any else [*headers, VARY]

    async def _answer_preflight(self, origin: bytes, wanted: bytes, send: Send) -> None:
        allowed = self._allowed(origin)
        headers = [PREFLIGHT_VARY]
        if allowed is not None:
            headers = [allowed, *PREFLIGHT]
            if HEADER_NAMES.fullmatch(wanted):
                headers.append((b"access-control-allow-headers", wanted))
        await send({"type": "http.response.start", "status": 204, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
