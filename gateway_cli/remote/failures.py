"""What went wrong with an rpc, as one line for people and a status for scripts. It knows no command."""

from collections.abc import Iterable
from types import MappingProxyType
from typing import Final, TypeVar

import grpc
from google.protobuf.message import DecodeError, Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RequestInfo, RetryInfo
from google.rpc.status_pb2 import Status

from gateway_cli.remote.plain_text import plain

DETAILS: Final = "grpc-status-details-bin"
REQUEST_HEADER: Final = "x-request-id"
FAILED, MISUSED, NOT_FOUND, REFUSED, UNAVAILABLE = 1, 2, 3, 4, 5
M = TypeVar("M", bound=Message)

STATUSES: Final = MappingProxyType(
    {
        grpc.StatusCode.NOT_FOUND: NOT_FOUND,
        grpc.StatusCode.UNAUTHENTICATED: REFUSED,
        grpc.StatusCode.PERMISSION_DENIED: REFUSED,
        grpc.StatusCode.UNAVAILABLE: UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED: UNAVAILABLE,
    }
)
TOKEN_WANTED: Final = "set WEIR_ADMIN_TOKEN, or use --token-file or a profile"  # noqa: S105 -- advice, no token
ADVICE: Final = MappingProxyType(
    {
        "ADMIN_TOKEN_INVALID": TOKEN_WANTED,
        "PERMISSION_DENIED": "`weir tokens whoami` says what this token may do",
        "IDEMPOTENCY_CONFLICT": "leave --request-id out, or repeat the very same command",
        "UNIMPLEMENTED": "this gateway does not know the command: is it older than this `weir`?",
    }
)
UNCERTAIN: Final = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.UNKNOWN,
    grpc.StatusCode.INTERNAL,
)


class RemoteFailed(Exception):
    """A remote command cannot do what it should. It carries the line for the user, and the status to end with."""

    def __init__(self, sentence: str, status: int = FAILED) -> None:
        """Takes both."""
        super().__init__(sentence)
        self.status = status


def failure_of(error: Exception, address: str, timeout: float | None, request: Message) -> RemoteFailed:
    """Reads a failure. `address`, `timeout` and the request are named where they help to do better."""
    if not isinstance(error, grpc.Call):
        return RemoteFailed(f"the call to {address} failed")
    trailers = dict(error.trailing_metadata() or ())
    status = _status(trailers.get(DETAILS))
    info = _part(status, ErrorInfo)
    if info.reason:
        sentences = [*_what(error, status), *_advice(info.reason, status)]
    else:
        sentences = [_without_details(error, address, timeout)]
    request_id = getattr(request, "request_id", "")
    if request_id and error.code() in UNCERTAIN:
        sentences.append(f"whether it was done is not known; to repeat it safely, add --request-id {request_id}")
    known_as = _part(status, RequestInfo).request_id or str(trailers.get(REQUEST_HEADER, ""))
    marks = [info.reason, f"request {known_as}" if known_as else ""]
    shown = ", ".join(mark for mark in marks if mark)
    line = plain("; ".join(sentences)) + (f" [{plain(shown)}]" if shown else "")
    return RemoteFailed(line, STATUSES.get(error.code(), FAILED))


def _what(error: grpc.Call, status: Status) -> Iterable[str]:
    violations = _part(status, BadRequest).field_violations
    if not violations:
        return [error.details() or error.code().name]
    return [f"{violation.field}: {violation.description}" for violation in violations]


def _advice(reason: str, status: Status) -> Iterable[str]:
    if reason in ADVICE:
        yield ADVICE[reason]
    retry = _part(status, RetryInfo)
    if retry.HasField("retry_delay"):
        yield f"try again in {retry.retry_delay.ToMilliseconds() / 1000:g} s"


def _without_details(error: grpc.Call, address: str, timeout: float | None) -> str:
    """Says what it means when not the gateway, but what lies between has answered, or nobody."""
    code, details = error.code(), error.details() or ""
    if code is grpc.StatusCode.UNAVAILABLE:
        return (
            f"no gateway answers at {address}: start one with `weir up`, or say where it is with --admin, "
            f"WEIR_ADMIN_ADDRESS or --profile ({details})"
        )
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return f"no answer from {address} within {timeout:g} s: give it more time with --timeout"
    if code is grpc.StatusCode.UNIMPLEMENTED:
        return f"{address} is not the admin service of a gateway of this version ({details})"
    if code is grpc.StatusCode.UNAUTHENTICATED:
        return f"{details}; {TOKEN_WANTED}"
    return f"{address} answers {code.name}: {details}"


def _status(packed: object) -> Status:
    try:
        return Status.FromString(packed) if isinstance(packed, bytes) else Status()
    except DecodeError:
        return Status()


def _part(status: Status, kind: type[M]) -> M:
    """Gives one of the details, empty if the failure has none of this kind."""
    part = kind()
    for packed in status.details:
        if packed.Is(kind.DESCRIPTOR):
            packed.Unpack(part)
    return part
