"""Writes failures as OpenAI does, and as those do who stand in front of it."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.json import encode

INVALID = "invalid_request_error"
SERVER = "server_error"
FIRST_SERVER_ERROR = 500

KINDS: Mapping[int, tuple[str, str | None]] = MappingProxyType(
    {
        401: (INVALID, "invalid_api_key"),
        403: ("request_forbidden", None),
        404: (INVALID, "model_not_found"),
        429: ("requests", "rate_limit_exceeded"),
        503: ("service_unavailable_error", "server_is_overloaded"),
    }
)

PAGE = b"<!doctype html><html><head><title>Gateway</title></head><body><h1>Something is in the way</h1></body></html>"
MALFORMED_EVENT = b'data: {"id":"chatcmpl-cut","object":"chat.completion.chunk","choices":[{"ind\n\n'


def write_problem(message: str, *, param: str | None, code: str | None) -> bytes:
    """Writes the body that refuses a request."""
    return encode({"error": {"message": message, "type": INVALID, "param": param, "code": code}})


def write_failure(status: int, code: str | None) -> bytes:
    """Writes the body of a scripted status, with the code that goes with it or the one given."""
    return encode(failure(status, code))


def failure(status: int, code: str | None) -> dict[str, object]:
    """Gives the object that `write_failure` writes. A code of digits is a number, as some servers have it."""
    kind, usual = KINDS.get(status, (SERVER if status >= FIRST_SERVER_ERROR else INVALID, None))
    chosen = code or usual
    number = int(chosen) if chosen is not None and chosen.isdigit() else chosen
    message = f"The simulator fails with status {status}, as its script says."
    return {"error": {"message": message, "type": kind, "param": None, "code": number}}
