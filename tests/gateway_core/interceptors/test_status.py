"""Every failure leaves as one status with rich details, and nothing unexpected says what it was."""

import grpc
import pytest
from google.rpc import error_details_pb2 as details

from gateway_core import errors
from gateway_core.interceptors.status import CODES, code_of, status_of
from weir.v1.error_reason_pb2 import ErrorReason

PREFIX = "ERROR_REASON_"


def unpacked(error: errors.GatewayError) -> dict[str, object]:
    found: dict[str, object] = {}
    for packed in status_of(error).details:
        for kind in (
            details.ErrorInfo,
            details.BadRequest,
            details.RetryInfo,
            details.ResourceInfo,
            details.RequestInfo,
        ):
            if packed.Is(kind.DESCRIPTOR):
                message = kind()
                packed.Unpack(message)
                found[kind.DESCRIPTOR.name] = message
    return found


def test_every_reason_of_the_contract_has_a_code() -> None:
    assert {PREFIX + reason for reason in CODES} == set(ErrorReason.keys()) - {"ERROR_REASON_UNSPECIFIED"}


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InvalidRequest.at("chat.model", "is required"), grpc.StatusCode.INVALID_ARGUMENT),
        (errors.ApiKeyInvalid("who are you"), grpc.StatusCode.UNAUTHENTICATED),
        (errors.ModelNotFound("no model x", facts={"model": "x"}), grpc.StatusCode.NOT_FOUND),
        (errors.UpstreamError("refused"), grpc.StatusCode.UNAVAILABLE),
        (errors.UpstreamBroke("cut"), grpc.StatusCode.INTERNAL),
        (errors.UpstreamTimeout("slow"), grpc.StatusCode.DEADLINE_EXCEEDED),
        (errors.UpstreamAuth("refused"), grpc.StatusCode.FAILED_PRECONDITION),
        (errors.Draining("bye"), grpc.StatusCode.UNAVAILABLE),
        (errors.InternalError("req_1"), grpc.StatusCode.INTERNAL),
    ],
)
def test_an_error_has_its_code_and_says_its_reason(error: errors.GatewayError, code: grpc.StatusCode) -> None:
    assert code_of(error) is code
    info = unpacked(error)["ErrorInfo"]
    assert isinstance(info, details.ErrorInfo)
    assert (info.reason, info.domain, dict(info.metadata)) == (error.reason, "weir", dict(error.facts))


def test_fields_delays_and_names_travel_as_details() -> None:
    bad = unpacked(errors.InvalidRequest.at("chat.messages[0].role", "is required"))["BadRequest"]
    assert isinstance(bad, details.BadRequest)
    assert [(violation.field, violation.description) for violation in bad.field_violations] == [
        ("chat.messages[0].role", "is required")
    ]
    retry = unpacked(errors.UpstreamRateLimited("later", retry_after=1.5))["RetryInfo"]
    assert isinstance(retry, details.RetryInfo)
    assert retry.retry_delay.ToMilliseconds() == 1500
    resource = unpacked(errors.ModelNotFound("no", facts={"model": "x"}))["ResourceInfo"]
    assert isinstance(resource, details.ResourceInfo)
    assert (resource.resource_type, resource.resource_name) == ("model", "x")
    request = unpacked(errors.InternalError("req_1"))["RequestInfo"]
    assert isinstance(request, details.RequestInfo)
    assert request.request_id == "req_1"


def test_many_violations_do_not_outgrow_the_trailers() -> None:
    violations = tuple(errors.FieldViolation(f"chat.messages[{index}].role", "is required") for index in range(10_000))
    assert len(status_of(errors.InvalidRequest("bad", violations=violations)).SerializeToString()) < 4096
