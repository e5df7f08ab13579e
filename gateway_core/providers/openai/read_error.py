"""Maps a provider's refusals to the gateway's errors: by status, code and type, never by prose."""

from collections.abc import Mapping

from gateway_core.errors import (
    NOTHING,
    CallerError,
    ContentFiltered,
    ContextLengthExceeded,
    FieldViolation,
    GatewayError,
    InvalidRequest,
    Unimplemented,
    UnsupportedParameter,
    UpstreamAuth,
    UpstreamError,
    UpstreamRateLimited,
)
from gateway_core.providers.openai.error_body import ErrorBody, describe_error, parse_error
from gateway_core.providers.openai.retry_after import retry_after

REFUSES_CREDENTIAL = frozenset({401, 403})
BLAMES_REQUEST = frozenset({400, 413, 422})
NOT_FOUND = 404
NOTHING_THERE = frozenset({NOT_FOUND, 405})
PAYMENT_REQUIRED = 402
RATE_LIMITED = 429
BAD_GATEWAY = 502
ERRORS = range(400, 600)
NOT_IMPLEMENTED = 501

OUT_OF_MONEY = frozenset({"insufficient_quota", "credit_balance_exhausted"})
# vLLM and Ollama have no code for this, only a type.
MODEL_MISSING = frozenset({"model_not_found", "NotFoundError", "not_found_error"})
CALLER_ERRORS: Mapping[str, type[CallerError]] = {
    "context_length_exceeded": ContextLengthExceeded,
    "content_filter": ContentFiltered,
    "content_policy_violation": ContentFiltered,
    "unsupported_parameter": UnsupportedParameter,
    "unsupported_value": UnsupportedParameter,
}


def read_error(status: int, headers: Mapping[str, str], body: bytes) -> GatewayError:
    """Turns a reply with an error status into one of ours."""
    return error_of(status, parse_error(body), headers)


def read_error_within(data: object) -> GatewayError:
    """Turns an error that stands in a reply with a good status into one of ours. Its code may be its status."""
    said = describe_error(data)
    if said.status is not None and said.status in ERRORS:
        return error_of(said.status, said)
    return UpstreamError("the provider reports an error in its reply", facts={"status": str(BAD_GATEWAY)})


def error_of(status: int, said: ErrorBody, headers: Mapping[str, str] = NOTHING) -> GatewayError:
    """Chooses the error. What a provider says about itself or our credential is not passed on."""
    ours = _fault_of_ours(status, said)
    if ours is not None:
        return ours
    if status == RATE_LIMITED:
        return UpstreamRateLimited("the provider limits the gateway's rate", retry_after=retry_after(headers))
    if status in BLAMES_REQUEST:
        return _caller_error(status, said)
    if status == NOT_IMPLEMENTED:
        return Unimplemented("the provider does not implement what the request asks for")
    message = f"the provider failed with status {status}"
    return UpstreamError(message, facts={"status": str(status)}, retry_after=retry_after(headers))


def _fault_of_ours(status: int, said: ErrorBody) -> GatewayError | None:
    """Finds what only the gateway's operator can mend: credential, account, model name or address."""
    facts = {"status": str(status)}
    if status in REFUSES_CREDENTIAL:
        return UpstreamAuth("the provider refuses the gateway's credential")
    if status == PAYMENT_REQUIRED or (status == RATE_LIMITED and OUT_OF_MONEY.intersection(said.codes)):
        return UpstreamAuth("the gateway's account at the provider is out of quota")
    if status == NOT_FOUND and MODEL_MISSING.intersection(said.codes):
        message = "the provider does not have the model that the gateway asks it for"
        return UpstreamError(message, facts={**facts, "code": "model_not_found"})
    if status in NOTHING_THERE:
        message = "the provider has no chat where the gateway asks for it: its base URL may be wrong"
        return UpstreamError(message, facts=facts)
    return None


def _caller_error(status: int, said: ErrorBody) -> CallerError:
    kinds = (CALLER_ERRORS[code] for code in said.codes if code in CALLER_ERRORS)
    kind: type[CallerError] = next(kinds, InvalidRequest)
    message = said.message or f"the provider refuses the request with status {status}"
    violations = (FieldViolation(f"chat.{said.param}", message),) if said.param else ()
    return kind(message, violations=violations)
