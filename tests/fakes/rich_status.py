"""Reads what a failed gRPC call says about itself, as a careful client would."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, ResourceInfo, RetryInfo
from google.rpc.status_pb2 import Status

DETAILS = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class RichStatus:
    """A failure: code and sentence, and what the details add, empty where they say nothing."""

    code: grpc.StatusCode
    message: str
    reason: str = ""
    domain: str = ""
    fields: tuple[str, ...] = ()
    resource: str = ""
    retry_after: float | None = None
    facts: dict[str, str] = field(default_factory=dict)


def rich_status(error: grpc.RpcError) -> RichStatus:
    """Reads the failure of a call of either kind of client."""
    assert isinstance(error, grpc.aio.AioRpcError | grpc.Call)
    details = error.details() or ""
    trailers: Iterable[tuple[str, str | bytes]] = error.trailing_metadata() or ()
    packed = next((value for key, value in trailers if key == DETAILS), b"")
    if not isinstance(packed, bytes) or not packed:
        return RichStatus(error.code(), details)
    status = Status.FromString(packed)
    assert (status.code, status.message) == (error.code().value[0], details)
    info, bad, resource, retry = ErrorInfo(), BadRequest(), ResourceInfo(), RetryInfo()
    for part in status.details:
        for known in (info, bad, resource, retry):
            part.Unpack(known)
    return RichStatus(
        error.code(),
        details,
        reason=info.reason,
        domain=info.domain,
        fields=tuple(violation.field for violation in bad.field_violations),
        resource=resource.resource_name,
        retry_after=retry.retry_delay.ToNanoseconds() / 1e9 if retry.HasField("retry_delay") else None,
        facts=dict(info.metadata),
    )
