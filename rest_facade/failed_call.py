"""Reads what a failed gRPC call says about itself and finds the error reply for it. It never reads prose."""

from collections.abc import Iterable, Mapping
from typing import Final

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from rest_facade.error_body import ROWS, ErrorReply, reply_for

DOMAIN: Final = "weir"
DETAILS_KEY: Final = "grpc-status-details-bin"
REQUEST_FIELD: Final = "chat."

# Without details a status comes from a library or a proxy, and its text may name addresses: ours stands in for it.
FALLBACKS: Final[Mapping[grpc.StatusCode, tuple[str, str]]] = {
    grpc.StatusCode.CANCELLED: ("CLIENT_CANCELLED", "the call was cancelled"),
    grpc.StatusCode.UNKNOWN: ("INTERNAL", "internal error"),
    grpc.StatusCode.INVALID_ARGUMENT: ("INVALID_REQUEST", "the request is malformed"),
    grpc.StatusCode.DEADLINE_EXCEEDED: ("UPSTREAM_TIMEOUT", "the call took longer than it may"),
    grpc.StatusCode.NOT_FOUND: ("RESOURCE_NOT_FOUND", "there is no such resource"),
    grpc.StatusCode.ALREADY_EXISTS: ("ALREADY_EXISTS", "there is such a resource already"),
    grpc.StatusCode.PERMISSION_DENIED: ("MODEL_NOT_ALLOWED", "the credential does not allow this"),
    grpc.StatusCode.RESOURCE_EXHAUSTED: ("RATE_LIMIT_EXCEEDED", "a limit of the gateway is reached"),
    grpc.StatusCode.FAILED_PRECONDITION: ("INVALID_REQUEST", "the request does not fit the state of the gateway"),
    grpc.StatusCode.ABORTED: ("ETAG_MISMATCH", "the resource was changed in between"),
    grpc.StatusCode.OUT_OF_RANGE: ("INVALID_REQUEST", "a value of the request is out of range"),
    grpc.StatusCode.UNIMPLEMENTED: ("UNIMPLEMENTED", "the gateway does not do this"),
    grpc.StatusCode.INTERNAL: ("INTERNAL", "internal error"),
    grpc.StatusCode.UNAVAILABLE: ("OVERLOADED", "the gateway is not available at the moment"),
    grpc.StatusCode.DATA_LOSS: ("INTERNAL", "internal error"),
    grpc.StatusCode.UNAUTHENTICATED: ("API_KEY_INVALID", "the credential is missing or not valid"),
}


def read_failure(error: grpc.aio.AioRpcError) -> ErrorReply:
    """Finds the reply to a call that ended with a status other than OK."""
    status = rich_status(error.trailing_metadata())
    info = ErrorInfo()
    if status is None or not unpacked(status.details, info) or info.domain != DOMAIN or info.reason not in ROWS:
        return reply_without_details(error.code())
    retry, bad = RetryInfo(), BadRequest()
    retry_after = retry.retry_delay.ToNanoseconds() / 1e9 if unpacked(status.details, retry) else None
    if unpacked(status.details, bad) and bad.field_violations:
        violation = bad.field_violations[0]
        code = violation.reason.lower() or ROWS[info.reason].code or "invalid_value"
        param = violation.field.removeprefix(REQUEST_FIELD) or None
        return reply_for(info.reason, status.message, param=param, code=code, retry_after=retry_after)
    return reply_for(info.reason, status.message, retry_after=retry_after)


def reply_without_details(code: grpc.StatusCode) -> ErrorReply:
    """Finds the reply to a bare status."""
    reason, message = FALLBACKS.get(code, FALLBACKS[grpc.StatusCode.UNKNOWN])
    return reply_for(reason, message)


def rich_status(trailers: Iterable[tuple[str, str | bytes]] | None) -> Status | None:
    """Finds the google.rpc.Status among the trailers; None if there is none that can be read."""
    for key, value in trailers or ():
        if key == DETAILS_KEY and isinstance(value, bytes):
            try:
                return Status.FromString(value)
            except DecodeError:
                return None
    return None


def unpacked(details: Iterable[AnyMessage], into: ErrorInfo | RetryInfo | BadRequest) -> bool:
    """Fills a message from the first detail of its kind and says whether there was one."""
    try:
        return any(detail.Is(into.DESCRIPTOR) and detail.Unpack(into) for detail in details)
    except DecodeError:
        return False
