"""Every reason of the contract has its place in OpenAI's errors, and says whether to come back."""

import msgspec
import pytest

from rest_facade.error_body import (
    ROWS,
    error_headers,
    internal_error,
    invalid_request,
    reply_for,
    unknown_url,
    write_error,
    wrong_method,
)
from weir.v1.error_reason_pb2 import ErrorReason

REASONS = {name.removeprefix("ERROR_REASON_") for name, _ in ErrorReason.items()} - {"UNSPECIFIED"}
STATUSES = {
    "INVALID_REQUEST": 400,
    "UNSUPPORTED_PARAMETER": 400,
    "CONTEXT_LENGTH_EXCEEDED": 400,
    "CONTENT_FILTERED": 400,
    "API_KEY_INVALID": 401,
    "TOKEN_EXPIRED": 401,
    "MODEL_NOT_ALLOWED": 403,
    "IP_DENIED": 403,
    "MODEL_NOT_FOUND": 404,
    "RESOURCE_NOT_FOUND": 404,
    "ALREADY_EXISTS": 409,
    "ETAG_MISMATCH": 409,
    "IDEMPOTENCY_CONFLICT": 400,
    "PAYLOAD_TOO_LARGE": 413,
    "RATE_LIMIT_EXCEEDED": 429,
    "BUDGET_EXCEEDED": 429,
    "CONCURRENCY_LIMIT": 429,
    "OVERLOADED": 503,
    "DRAINING": 503,
    "UPSTREAM_RATE_LIMITED": 429,
    "UPSTREAM_ERROR": 502,
    "UPSTREAM_AUTH": 502,
    "UPSTREAM_TIMEOUT": 504,
    "CLIENT_CANCELLED": 499,
    "UNIMPLEMENTED": 501,
    "INTERNAL": 500,
}


def test_every_reason_of_the_contract_has_a_row_and_no_row_is_left_over() -> None:
    assert set(ROWS) == REASONS


@pytest.mark.parametrize(("reason", "status"), STATUSES.items())
def test_a_reason_has_its_status(reason: str, status: int) -> None:
    assert reply_for(reason, "why").status == status


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("BUDGET_EXCEEDED", b"false"),
        ("RATE_LIMIT_EXCEEDED", b"true"),
        ("UPSTREAM_AUTH", b"false"),
        ("OVERLOADED", b"true"),
        ("ALREADY_EXISTS", b"false"),
        ("INTERNAL", None),
    ],
)
def test_clients_are_told_whether_to_come_back(reason: str, says: bytes | None) -> None:
    assert dict(error_headers(reply_for(reason, "why"))).get(b"x-should-retry") == says


@pytest.mark.parametrize(
    ("seconds", "whole", "milliseconds"), [(0.25, b"1", b"250"), (1.2, b"2", b"1200"), (0.0, b"1", b"1")]
)
def test_the_time_to_come_back_is_rounded_up(seconds: float, whole: bytes, milliseconds: bytes) -> None:
    headers = dict(error_headers(reply_for("RATE_LIMIT_EXCEEDED", "why", retry_after=seconds)))
    assert (headers[b"retry-after"], headers[b"retry-after-ms"]) == (whole, milliseconds)


def test_a_gateway_that_stops_is_worth_a_retry_in_a_second_even_if_nobody_says_so() -> None:
    assert dict(error_headers(reply_for("DRAINING", "why")))[b"retry-after"] == b"1"


def test_a_missing_credential_is_challenged() -> None:
    assert b"www-authenticate" in dict(error_headers(reply_for("API_KEY_INVALID", "who?")))


def test_the_body_is_what_openai_sends() -> None:
    body = write_error(invalid_request("no", param="messages[0].role", code="invalid_value").reply)
    expected = {"message": "no", "type": "invalid_request_error", "param": "messages[0].role", "code": "invalid_value"}
    assert msgspec.json.decode(body) == {"error": expected}


def test_a_fault_names_the_request_and_nothing_else() -> None:
    assert internal_error("req_7").message == "internal error; please quote request req_7"


def test_a_path_is_repeated_without_line_ends() -> None:
    assert unknown_url("GET", "/a\r\nb\u2028").message == "Invalid URL (GET /a%0D%0Ab%E2%80%A8)"


def test_a_wrong_method_is_told_the_right_ones() -> None:
    reply = wrong_method("PUT", "/v1/models", "GET, HEAD")
    assert (reply.status, reply.code) == (405, "method_not_supported")
    assert (b"allow", b"GET, HEAD") in error_headers(reply)
