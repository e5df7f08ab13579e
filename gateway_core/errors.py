"""The one taxonomy of failures. Each says its reason (a name of weir.v1.ErrorReason) and speaks no protocol.

GatewayError
|-- CallerError                 the request cannot be served as it stands
|   |-- InvalidRequest          |-- UnsupportedParameter    |-- ContextLengthExceeded   |-- ContentFiltered
|   |-- ApiKeyInvalid           |-- ApiKeyRevoked           |-- ApiKeyExpired           |-- ApiKeyDisabled
|   |-- UserDisabled            |-- OperationNotAllowed     |-- ModelNotAllowed         |-- IpDenied
|   |-- RateLimitExceeded       |-- ModelNotFound           |-- Unimplemented
|-- AdminError                  an administrator's request cannot be carried out
|   |-- AdminTokenInvalid       |-- PermissionDenied        |-- ResourceNotFound        |-- AlreadyExists
|   |-- EtagMismatch            |-- IdempotencyConflict     |-- ResourceInUse           |-- InvalidState
|   |-- ConfigInvalid
|-- ProviderError               a provider, or the way to it, failed
|   |-- UpstreamError           |-- UpstreamBroke (after the first token)
|   |-- UpstreamRateLimited     |-- UpstreamAuth            |-- UpstreamTimeout
|-- StateError                  the gateway itself is in no state to serve
    |-- Draining                |-- StoreUnavailable        |-- StaleConfiguration      |-- InternalError
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


class ApiKeyRevoked(CallerError):
    """The key was revoked, for ever."""

    reason = "API_KEY_REVOKED"


class ApiKeyExpired(CallerError):
    """The key's time is over, or that of this secret of it."""

    reason = "API_KEY_EXPIRED"


class ApiKeyDisabled(CallerError):
    """An administrator has disabled the key."""

    reason = "API_KEY_DISABLED"


class UserDisabled(CallerError):
    """An administrator has disabled the user that the key belongs to."""

    reason = "USER_DISABLED"


class OperationNotAllowed(CallerError):
    """The key is not good for this operation."""

    reason = "OPERATION_NOT_ALLOWED"


class ModelNotAllowed(CallerError):
    """The key is not good for this model."""

    reason = "MODEL_NOT_ALLOWED"


class IpDenied(CallerError):
    """The key, or the token, is not good from this address."""

    reason = "IP_DENIED"


class RateLimitExceeded(CallerError):
    """Too much in too short a time."""

    reason = "RATE_LIMIT_EXCEEDED"


class ModelNotFound(CallerError):
    """There is no model of this name for the caller."""

    reason = "MODEL_NOT_FOUND"


class Unimplemented(CallerError):
    """The provider cannot do what was asked."""

    reason = "UNIMPLEMENTED"


class AdminError(GatewayError):
    """An administrator's request cannot be carried out."""


class AdminTokenInvalid(AdminError):
    """There is no admin token, or it is unknown, expired or revoked."""

    reason = "ADMIN_TOKEN_INVALID"


class PermissionDenied(AdminError):
    """The role of the token does not allow this."""

    reason = "PERMISSION_DENIED"


class ResourceNotFound(AdminError):
    """There is no record of this name."""

    reason = "RESOURCE_NOT_FOUND"


class AlreadyExists(AdminError):
    """There is a record of this name, or one that says the same."""

    reason = "ALREADY_EXISTS"


class EtagMismatch(AdminError):
    """The record has changed since the administrator read it."""

    reason = "ETAG_MISMATCH"


class IdempotencyConflict(AdminError):
    """The request id came before, with another request."""

    reason = "IDEMPOTENCY_CONFLICT"


class ResourceInUse(AdminError):
    """Something else needs what was to be deleted."""

    reason = "RESOURCE_IN_USE"


class InvalidState(AdminError):
    """The record is in no state for this."""

    reason = "INVALID_STATE"


class ConfigInvalid(AdminError):
    """The file has errors; the violations name its keys."""

    reason = "CONFIG_INVALID"


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


class StoreUnavailable(StateError):
    """The database does not answer, and what is asked needs it."""

    reason = "STORE_UNAVAILABLE"


class StaleConfiguration(StateError):
    """The process has not heard for too long whether keys are still good."""

    reason = "STALE_CONFIGURATION"


class InternalError(StateError):
    """A fault of ours. The message is fixed, whatever happened."""

    reason = "INTERNAL"

    def __init__(self, request_id: str) -> None:
        """Takes the request's id, the one thing the caller may quote."""
        super().__init__("internal error", facts=MappingProxyType({"request_id": request_id}))
