"""The one writer of gRPC errors: our taxonomy, and everything unexpected, becomes a status with rich details."""

import logging
from types import TracebackType

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import error_details_pb2 as details
from google.rpc.status_pb2 import Status

from gateway_core.errors import GatewayError, InternalError, ModelNotFound, Unimplemented, UpstreamBroke
from gateway_core.interceptors.around import Around, Context
from gateway_core.interceptors.call_identity import REQUEST_ID
from gateway_core.interceptors.request_id import HEADER

DOMAIN = "weir"
DETAILS = "grpc-status-details-bin"
MAX_VIOLATIONS = 20
NANOSECONDS = 1_000_000_000
CODES = {
    "INVALID_REQUEST": grpc.StatusCode.INVALID_ARGUMENT,
    "UNSUPPORTED_PARAMETER": grpc.StatusCode.INVALID_ARGUMENT,
    "CONTEXT_LENGTH_EXCEEDED": grpc.StatusCode.INVALID_ARGUMENT,
    "CONTENT_FILTERED": grpc.StatusCode.INVALID_ARGUMENT,
    "API_KEY_INVALID": grpc.StatusCode.UNAUTHENTICATED,
    "TOKEN_EXPIRED": grpc.StatusCode.UNAUTHENTICATED,
    "MODEL_NOT_ALLOWED": grpc.StatusCode.PERMISSION_DENIED,
    "IP_DENIED": grpc.StatusCode.PERMISSION_DENIED,
    "MODEL_NOT_FOUND": grpc.StatusCode.NOT_FOUND,
    "RESOURCE_NOT_FOUND": grpc.StatusCode.NOT_FOUND,
    "ALREADY_EXISTS": grpc.StatusCode.ALREADY_EXISTS,
    "ETAG_MISMATCH": grpc.StatusCode.ABORTED,
    "IDEMPOTENCY_CONFLICT": grpc.StatusCode.FAILED_PRECONDITION,
    "PAYLOAD_TOO_LARGE": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "RATE_LIMIT_EXCEEDED": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "BUDGET_EXCEEDED": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "CONCURRENCY_LIMIT": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "OVERLOADED": grpc.StatusCode.UNAVAILABLE,
    "DRAINING": grpc.StatusCode.UNAVAILABLE,
    "UPSTREAM_RATE_LIMITED": grpc.StatusCode.RESOURCE_EXHAUSTED,
    "UPSTREAM_ERROR": grpc.StatusCode.UNAVAILABLE,
    "UPSTREAM_AUTH": grpc.StatusCode.FAILED_PRECONDITION,
    "UPSTREAM_TIMEOUT": grpc.StatusCode.DEADLINE_EXCEEDED,
    "CLIENT_CANCELLED": grpc.StatusCode.CANCELLED,
    "UNIMPLEMENTED": grpc.StatusCode.UNIMPLEMENTED,
    "ADMIN_TOKEN_INVALID": grpc.StatusCode.UNAUTHENTICATED,
    "PERMISSION_DENIED": grpc.StatusCode.PERMISSION_DENIED,
    "API_KEY_REVOKED": grpc.StatusCode.UNAUTHENTICATED,
    "API_KEY_EXPIRED": grpc.StatusCode.UNAUTHENTICATED,
    "API_KEY_DISABLED": grpc.StatusCode.PERMISSION_DENIED,
    "USER_DISABLED": grpc.StatusCode.PERMISSION_DENIED,
    "OPERATION_NOT_ALLOWED": grpc.StatusCode.PERMISSION_DENIED,
    "STORE_UNAVAILABLE": grpc.StatusCode.UNAVAILABLE,
    "STALE_CONFIGURATION": grpc.StatusCode.UNAVAILABLE,
    "RESOURCE_IN_USE": grpc.StatusCode.FAILED_PRECONDITION,
    "INVALID_STATE": grpc.StatusCode.FAILED_PRECONDITION,
    "CONFIG_INVALID": grpc.StatusCode.INVALID_ARGUMENT,
    "INTERNAL": grpc.StatusCode.INTERNAL,
}


class StatusErrors(Around):
    """Ends a failed rpc with the status its error stands for; nothing else may say anything to the caller."""

    def __init__(self, logger: logging.Logger) -> None:
        """Takes where faults of our own are told."""
        super().__init__()
        self._logger = logger

    def around(self, method: str, context: Context) -> "GuardedRpc":
        """Guards one rpc."""
        return GuardedRpc(self._logger, method, context)


class GuardedRpc:
    """One rpc that can only end well, or with a status of ours."""

    __slots__ = ("_context", "_logger", "_method")

    def __init__(self, logger: logging.Logger, method: str, context: Context) -> None:
        """Takes the rpc to guard."""
        self._logger = logger
        self._method = method
        self._context = context

    async def __aenter__(self) -> None:
        """Has nothing to do."""

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Lets a status that is set already and a caller who left pass; turns all else into a status."""
        if not isinstance(error, Exception) or isinstance(error, grpc.aio.AbortError):
            return
        if isinstance(error, NotImplementedError):
            error = Unimplemented("this method is not implemented")
        if not isinstance(error, GatewayError):
            request_id = REQUEST_ID.get()
            self._logger.error("fault", exc_info=error, extra={"request_id": request_id, "method": self._method})
            error = InternalError(request_id)
        status = status_of(error)
        trailers = ((DETAILS, status.SerializeToString()), (HEADER, REQUEST_ID.get()))
        await self._context.abort(code_of(error), status.message, trailing_metadata=trailers)


def code_of(error: GatewayError) -> grpc.StatusCode:
    """Gives the code; a provider that fails after the first token is INTERNAL, since nobody may simply repeat."""
    return grpc.StatusCode.INTERNAL if isinstance(error, UpstreamBroke) else CODES[error.reason]


def status_of(error: GatewayError) -> Status:
    """Writes the rich status."""
    return Status(
        code=code_of(error).value[0], message=error.message, details=[_packed(part) for part in _parts(error)]
    )


def _parts(error: GatewayError) -> list[Message]:
    parts: list[Message] = [details.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.facts)]
    if error.violations:
        violations = [
            details.BadRequest.FieldViolation(field=violation.field, description=violation.description)
            for violation in error.violations[:MAX_VIOLATIONS]
        ]
        parts.append(details.BadRequest(field_violations=violations))
    if error.retry_after is not None:
        retry = details.RetryInfo()
        retry.retry_delay.FromNanoseconds(int(error.retry_after * NANOSECONDS))
        parts.append(retry)
    if isinstance(error, ModelNotFound):
        parts.append(details.ResourceInfo(resource_type="model", resource_name=error.facts.get("model", "")))
    if isinstance(error, InternalError):
        parts.append(details.RequestInfo(request_id=error.facts["request_id"]))
    return parts


def _packed(part: Message) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(part)
    return packed
