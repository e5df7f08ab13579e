"""The one taxonomy of failures. Each says its reason (a name of weir.v1.ErrorReason) and speaks no protocol.

GatewayError
|-- CallerError                 the request cannot be served as it stands
|   |-- InvalidRequest          |-- UnsupportedParameter    |-- ContextLengthExceeded   |-- ContentFiltered
|   |-- ApiKeyInvalid           |-- ModelNotFound           |-- Unimplemented
|-- ProviderError               a provider, or the way to it, failed
|   |-- UpstreamError           |-- UpstreamBroke (after the first token)
|   |-- UpstreamRateLimited     |-- UpstreamAuth            |-- UpstreamTimeout
|-- StateError                  the gateway itself is in no state to serve
    |-- Draining                |-- InternalError
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """Names a field of the request (`messages[2].content`) and says what is wrong with it."""

    field: str
    description: str


class GatewayError(Exception):
    """A failure that a caller may see: its message holds no secret and no internals."""

    reason: ClassVar[str]

    def __init__(
        self,
        message: str,
        *,
        violations: tuple[FieldViolation, ...] = (),
        facts: Mapping[str, str] = NOTHING,
        retry_after: float | None = None,
    ) -> None:
        """Takes the sentence for the caller, what it names (`facts`), and seconds after which a retry makes sense."""
        super().__init__(message)
        self.message = message
        self.violations = violations
        self.facts = facts
        self.retry_after = retry_after


class CallerError(GatewayError):
    """The request cannot be served as it stands."""


class InvalidRequest(CallerError):
    """The request is malformed; the violations name the fields."""

    reason = "INVALID_REQUEST"

    @classmethod
    def at(cls, field: str, description: str) -> "InvalidRequest":
        """Makes the error for one field."""
        return cls(f"{field}: {description}", violations=(FieldViolation(field, description),))


class UnsupportedParameter(CallerError):
    """The model does not take a parameter of the request."""

    reason = "UNSUPPORTED_PARAMETER"


class ContextLengthExceeded(CallerError):
    """The conversation is longer than the model can read."""

    reason = "CONTEXT_LENGTH_EXCEEDED"


class ContentFiltered(CallerError):
    """The provider's content policy refuses the request."""

    reason = "CONTENT_FILTERED"


class ApiKeyInvalid(CallerError):
    """There is no credential, or it is not one of the gateway's."""

    reason = "API_KEY_INVALID"


class ModelNotFound(CallerError):
    """There is no model of this name for the caller."""

    reason = "MODEL_NOT_FOUND"


class Unimplemented(CallerError):
    """The provider cannot do what was asked."""

    reason = "UNIMPLEMENTED"


class ProviderError(GatewayError):
    """A provider, or the way to it, failed."""


class UpstreamError(ProviderError):
    """The provider failed before the first token, or answered what cannot be read."""

    reason = "UPSTREAM_ERROR"


class UpstreamBroke(UpstreamError):
    """The provider failed after a part of the reply was delivered."""


class UpstreamRateLimited(ProviderError):
    """The provider limits our rate."""

    reason = "UPSTREAM_RATE_LIMITED"


class UpstreamAuth(ProviderError):
    """The provider refuses our credential: the operator must act."""

    reason = "UPSTREAM_AUTH"


class UpstreamTimeout(ProviderError):
    """The provider, or the call as a whole, took too long."""

    reason = "UPSTREAM_TIMEOUT"


class StateError(GatewayError):
    """The gateway itself is in no state to serve."""


class Draining(StateError):
    """The gateway is about to stop."""

    reason = "DRAINING"


class InternalError(StateError):
    """A fault of ours. The message is fixed, whatever happened."""

    reason = "INTERNAL"

    def __init__(self, request_id: str) -> None:
        """Takes the request's id, the one thing the caller may quote."""
        super().__init__("internal error", facts=MappingProxyType({"request_id": request_id}))
