"""Reads request headers: under which terms a call is made. It passes on credentials and address and judges neither."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.types import Scope

from rest_facade.error_body import Refusal, headers_too_large, invalid_request

Metadata: TypeAlias = tuple[tuple[str, str], ...]

AUTHORIZATION: Final = b"authorization"
API_KEY: Final = b"x-api-key"
CLIENT_ADDRESS: Final = "x-weir-client-address"
TIMEOUT: Final = b"x-request-timeout"
TRACE_STATE: Final = b"tracestate"
PASSED_ON: Final = frozenset((AUTHORIZATION, API_KEY, b"traceparent", TRACE_STATE))
READ: Final = PASSED_ON | {TIMEOUT, b"x-weir-restart", b"x-weir-summary"}
SECONDS: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
# gRPC refuses at 8 KiB of metadata, at random.
LARGEST_METADATA: Final = 7 * 1024


@dataclass(frozen=True, slots=True)
class CallTerms:
    """What a request's headers ask for.

    `timeout` is in seconds, None for the core's default. `restarts` says that the caller can discard what it got;
    `summary` that it wants the account of the call at the end of a stream.
    """

    request_id: str
    metadata: Metadata
    timeout: float | None = None
    restarts: bool = False
    summary: bool = False


def read_terms(scope: Scope) -> CallTerms:
    """Reads the terms of a request that has its id and address. Raises Refusal for headers that cannot be passed on."""
    headers: dict[bytes, bytes] = scope["weir.headers"]
    request_id: str = scope["weir.request_id"]
    found = {name: printable(name, headers[name]) for name in READ & headers.keys()}
    own = (("x-request-id", request_id), (CLIENT_ADDRESS, scope["weir.client_address"]))
    if not found:
        return CallTerms(request_id, own)
    if len(headers) != len(scope["headers"]):
        merge_repeated(found, scope["headers"])
    refuse_two_credentials(found)
    metadata = list(own)
    metadata += [(name.decode("ascii"), value) for name, value in found.items() if name in PASSED_ON]
    if sum(len(value) for _, value in metadata) > LARGEST_METADATA:
        raise Refusal(headers_too_large(f"credentials and trace headers exceed {LARGEST_METADATA} bytes"))
    return CallTerms(
        request_id,
        tuple(metadata),
        timeout=read_timeout(found[TIMEOUT]) if TIMEOUT in found else None,
        restarts=found.get(b"x-weir-restart", "").lower() == "allow",
        summary=found.get(b"x-weir-summary", "").lower() == "true",
    )


def printable(name: bytes, value: bytes) -> str:
    """Decodes a header's value, which must be printable ASCII: nothing else fits gRPC metadata."""
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isprintable():
        return text
    raise invalid_request(f"the header {name.decode()} holds characters that are not printable ASCII")


def merge_repeated(found: dict[bytes, str], headers: Iterable[tuple[bytes, bytes]]) -> None:
    """Looks at headers that came more than once: only a trace state may, with different values."""
    states = []
    for name, value in headers:
        if name == TRACE_STATE:
            states.append(printable(name, value))
        elif name in found and printable(name, value) != found[name]:
            if name in (AUTHORIZATION, API_KEY):
                raise two_credentials()
            raise invalid_request(f"the header {name.decode()} was given twice, with different values")
    if states:
        found[TRACE_STATE] = ",".join(states)


def refuse_two_credentials(found: dict[bytes, str]) -> None:
    """Refuses two different credentials: picking one would be guessing who calls. The same one twice is kept once."""
    key = found.get(API_KEY)
    bearer = found.get(AUTHORIZATION)
    if key and bearer:
        if bearer.partition(" ")[2].strip() != key:
            raise two_credentials()
        del found[API_KEY]


def two_credentials() -> Refusal:
    """Makes the refusal of a request that carries two different credentials."""
    return invalid_request("the request carries two different credentials; send one", code="conflicting_credentials")


def read_timeout(text: str) -> float:
    """Reads the seconds a call may take."""
    if SECONDS.fullmatch(text) and (seconds := float(text)) > 0:
        return seconds
    message = "the header x-request-timeout must be a number of seconds greater than 0, such as 30 or 2.5"
    raise invalid_request(message, param="x-request-timeout")
