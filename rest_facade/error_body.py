"""The only writer of OpenAI's error JSON: each ErrorReason has its status, type and code here. It knows no gRPC."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from rest_facade.json_text import json_bytes
from rest_facade.reply_headers import Header, header_text

CALLER: Final = "invalid_request_error"
SERVER: Final = "server_error"
RATE: Final = "rate_limit_error"
IDENTITY: Final = "authentication_error"
PERMISSION: Final = "permission_error"
CHALLENGE: Final[tuple[Header, ...]] = ((b"www-authenticate", b'Bearer realm="weir"'),)


@dataclass(frozen=True, slots=True)
class ErrorReply:
    """A failure as a REST caller sees it.

    `retry` is what `x-should-retry` says: None leaves the decision to the client. `retry_after` is in seconds.
    """

    status: int
    type: str
    code: str | None
    retry: bool | None = None
    message: str = ""
    param: str | None = None
    retry_after: float | None = None
    headers: tuple[Header, ...] = ()


class Refusal(Exception):
    """Carries a reply that says no from wherever it was decided to the layer that sends it."""

    def __init__(self, reply: ErrorReply) -> None:
        """Takes what the caller is to be told."""
        super().__init__(reply.message)
        self.reply = reply


ROWS: Final[Mapping[str, ErrorReply]] = {
    "INVALID_REQUEST": ErrorReply(400, CALLER, None, retry=False),
    "UNSUPPORTED_PARAMETER": ErrorReply(400, CALLER, "unsupported_parameter", retry=False),
    "CONTEXT_LENGTH_EXCEEDED": ErrorReply(400, CALLER, "context_length_exceeded", retry=False),
    "CONTENT_FILTERED": ErrorReply(400, CALLER, "content_filter", retry=False),
    "API_KEY_INVALID": ErrorReply(401, IDENTITY, "invalid_api_key", retry=False, headers=CHALLENGE),
    "TOKEN_EXPIRED": ErrorReply(401, IDENTITY, "token_expired", retry=False, headers=CHALLENGE),
    "MODEL_NOT_ALLOWED": ErrorReply(403, PERMISSION, "model_not_allowed", retry=False),
    "IP_DENIED": ErrorReply(403, PERMISSION, "ip_denied", retry=False),
    "MODEL_NOT_FOUND": ErrorReply(404, CALLER, "model_not_found", retry=False),
    "RESOURCE_NOT_FOUND": ErrorReply(404, CALLER, "not_found", retry=False),
    "ALREADY_EXISTS": ErrorReply(409, CALLER, "already_exists", retry=False),
    "ETAG_MISMATCH": ErrorReply(409, CALLER, "conflict", retry=False),
    "IDEMPOTENCY_CONFLICT": ErrorReply(400, CALLER, "idempotency_conflict", retry=False),
    "PAYLOAD_TOO_LARGE": ErrorReply(413, CALLER, "request_too_large", retry=False),
    "RATE_LIMIT_EXCEEDED": ErrorReply(429, RATE, "rate_limit_exceeded", retry=True),
    "BUDGET_EXCEEDED": ErrorReply(429, "insufficient_quota", "insufficient_quota", retry=False),
    "CONCURRENCY_LIMIT": ErrorReply(429, RATE, "concurrency_limit_exceeded", retry=True, retry_after=1.0),
    "OVERLOADED": ErrorReply(503, SERVER, "overloaded", retry=True, retry_after=1.0),
    "DRAINING": ErrorReply(503, SERVER, "draining", retry=True, retry_after=1.0),
    "UPSTREAM_RATE_LIMITED": ErrorReply(429, RATE, "upstream_rate_limited", retry=True),
    "UPSTREAM_ERROR": ErrorReply(502, SERVER, "upstream_error", retry=True),
    "UPSTREAM_AUTH": ErrorReply(502, SERVER, "upstream_auth", retry=False),
    "UPSTREAM_TIMEOUT": ErrorReply(504, SERVER, "timeout", retry=False),
    "CLIENT_CANCELLED": ErrorReply(499, CALLER, "client_cancelled", retry=False),
    "UNIMPLEMENTED": ErrorReply(501, CALLER, "unsupported", retry=False),
    "ADMIN_TOKEN_INVALID": ErrorReply(401, IDENTITY, "invalid_admin_token", retry=False, headers=CHALLENGE),
    "PERMISSION_DENIED": ErrorReply(403, PERMISSION, "permission_denied", retry=False),
    "API_KEY_REVOKED": ErrorReply(401, IDENTITY, "api_key_revoked", retry=False, headers=CHALLENGE),
    "API_KEY_EXPIRED": ErrorReply(401, IDENTITY, "api_key_expired", retry=False, headers=CHALLENGE),
    "API_KEY_DISABLED": ErrorReply(403, PERMISSION, "api_key_disabled", retry=False),
    "USER_DISABLED": ErrorReply(403, PERMISSION, "user_disabled", retry=False),
    "OPERATION_NOT_ALLOWED": ErrorReply(403, PERMISSION, "operation_not_allowed", retry=False),
    "STORE_UNAVAILABLE": ErrorReply(503, SERVER, "store_unavailable", retry=True, retry_after=1.0),
    "STALE_CONFIGURATION": ErrorReply(503, SERVER, "stale_configuration", retry=True, retry_after=1.0),
    "RESOURCE_IN_USE": ErrorReply(400, CALLER, "resource_in_use", retry=False),
    "INVALID_STATE": ErrorReply(400, CALLER, "invalid_state", retry=False),
    "CONFIG_INVALID": ErrorReply(400, CALLER, "config_invalid", retry=False),
    "INTERNAL": ErrorReply(500, SERVER, "internal_error"),
}


def reply_for(
    reason: str, message: str, *, param: str | None = None, code: str | None = None, retry_after: float | None = None
) -> ErrorReply:
    """Fills the row of a reason, which must be a name of ErrorReason. What is None is left as the row has it."""
    row = ROWS[reason]
    return replace(
        row,
        message=message,
        param=param,
        code=row.code if code is None else code,
        retry_after=row.retry_after if retry_after is None else retry_after,
    )


def invalid_request(message: str, *, param: str | None = None, code: str | None = None) -> Refusal:
    """Makes the refusal of a request that is wrong in itself."""
    return Refusal(reply_for("INVALID_REQUEST", message, param=param, code=code))


def unknown_url(method: str, path: str) -> ErrorReply:
    """Makes the reply to a URL that nothing answers to."""
    return replace(ROWS["RESOURCE_NOT_FOUND"], code=None, message=f"Invalid URL ({method} {header_text(path)[:200]})")


def wrong_method(method: str, path: str, allowed: str) -> ErrorReply:
    """Makes the reply to a method that a URL does not know."""
    message = f"Not allowed to {header_text(method)[:40]} on {header_text(path)[:200]}. Allowed: {allowed}."
    return ErrorReply(
        405, CALLER, "method_not_supported", retry=False, message=message, headers=((b"allow", allowed.encode()),)
    )


def unsupported_body(message: str) -> Refusal:
    """Makes the refusal of a body that says it is no JSON."""
    return Refusal(ErrorReply(415, CALLER, "unsupported_media_type", retry=False, message=message))


def headers_too_large(message: str) -> ErrorReply:
    """Makes the reply to headers that are longer than what is taken."""
    return ErrorReply(431, CALLER, "headers_too_large", retry=False, message=message)


def internal_error(request_id: str) -> ErrorReply:
    """Makes the reply to a fault of ours: a fixed sentence, whatever happened."""
    return reply_for("INTERNAL", f"internal error; please quote request {request_id}")


def write_error(reply: ErrorReply) -> bytes:
    """Writes the body of an error reply, which is also the data of an error event."""
    error = {"message": reply.message, "type": reply.type, "param": reply.param, "code": reply.code}
    return json_bytes({"error": error})


def error_headers(reply: ErrorReply) -> list[Header]:
    """Tells clients whether and when to come back, in the headers that SDKs read."""
    headers = list(reply.headers)
    if reply.retry is not None:
        headers.append((b"x-should-retry", b"true" if reply.retry else b"false"))
    if reply.retry_after is not None:
        headers.append((b"retry-after", b"%d" % max(1, math.ceil(reply.retry_after))))
        headers.append((b"retry-after-ms", b"%d" % max(1, math.ceil(reply.retry_after * 1000))))
    return headers
