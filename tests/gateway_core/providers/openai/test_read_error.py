"""Refusals of OpenAI servers, and of whoever stands in front of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.errors import (
    ContentFiltered,
    ContextLengthExceeded,
    GatewayError,
    InvalidRequest,
    Unimplemented,
    UnsupportedParameter,
    UpstreamAuth,
    UpstreamError,
    UpstreamRateLimited,
)
from gateway_core.providers.openai.error_body import TEXT_LIMIT
from gateway_core.providers.openai.read_error import read_error


def body(code: str = "null", kind: str = "null", param: str = "null", message: str = '"why"') -> bytes:
    return f'{{"error":{{"message":{message},"type":{kind},"param":{param},"code":{code}}}}}'.encode()


KEY = b'{"error":{"message":"Incorrect API key provided: sk-abc***xyz","code":"invalid_api_key"}}'


@pytest.mark.parametrize(
    ("status", "data", "error", "facts"),
    [
        (401, KEY, UpstreamAuth, {}),
        (403, KEY, UpstreamAuth, {}),
        (403, body('"content_filter"'), UpstreamAuth, {}),
        (429, body('"rate_limit_exceeded"', '"tokens"'), UpstreamRateLimited, {}),
        (429, body('"slow_down"', '"rate_limit_error"'), UpstreamRateLimited, {}),
        (429, b"", UpstreamRateLimited, {}),
        (429, body('"insufficient_quota"', '"insufficient_quota"'), UpstreamAuth, {}),
        (429, body('"credit_balance_exhausted"'), UpstreamAuth, {}),
        (429, body(kind='"insufficient_quota"'), UpstreamAuth, {}),
        (400, body('"context_length_exceeded"'), ContextLengthExceeded, {}),
        (422, body('"context_length_exceeded"'), ContextLengthExceeded, {}),
        (400, body('"content_filter"'), ContentFiltered, {}),
        (400, body('"content_policy_violation"'), ContentFiltered, {}),
        (400, body('"unsupported_parameter"', param='"max_tokens"'), UnsupportedParameter, {}),
        (400, body('"unsupported_value"', param='"temperature"'), UnsupportedParameter, {}),
        (400, body('"invalid_value"', param='"n"'), InvalidRequest, {}),
        (400, body("400", '"BadRequestError"'), InvalidRequest, {}),
        (400, b"<html>", InvalidRequest, {}),
        (404, b'{"detail":"Not Found"}', UpstreamError, {"status": "404"}),
        (405, b"", UpstreamError, {"status": "405"}),
        (402, body("null"), UpstreamAuth, {}),
        (413, b"", InvalidRequest, {}),
        (422, b'{"detail":[{"msg":"x"}]}', InvalidRequest, {}),
        (404, body('"model_not_found"'), UpstreamError, {"status": "404", "code": "model_not_found"}),
        (404, body("404", '"NotFoundError"'), UpstreamError, {"status": "404", "code": "model_not_found"}),
        (408, b"", UpstreamError, {"status": "408"}),
        (409, b"", UpstreamError, {"status": "409"}),
        (500, body('"context_length_exceeded"'), UpstreamError, {"status": "500"}),
        (502, b"<html>bad gateway</html>", UpstreamError, {"status": "502"}),
        (529, b'[{"error":{"code":529}}]', UpstreamError, {"status": "529"}),
        (302, b"", UpstreamError, {"status": "302"}),
        (501, b"", Unimplemented, {}),
    ],
)
def test_status_and_codes_choose_the_error(
    status: int, data: bytes, error: type[GatewayError], facts: dict[str, str]
) -> None:
    found = read_error(status, {}, data)
    assert type(found) is error
    assert found.facts == facts


def test_prose_chooses_nothing() -> None:
    found = read_error(400, {}, body(message='"context_length_exceeded: insufficient_quota, content_filter"'))
    assert type(found) is InvalidRequest


@pytest.mark.parametrize("status", [401, 403, 500, 503, 429])
def test_what_a_provider_says_of_itself_or_our_key_is_not_passed_on(status: int) -> None:
    found = read_error(status, {}, KEY)
    assert "sk-" not in found.message
    assert "Incorrect" not in found.message


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"error":{"message":"too long"}}', "too long"),
        (b'{"error":"too long"}', "too long"),
        (b'[{"error":{"message":"too long"}}]', "too long"),
        (b'{"detail":"too long"}', "too long"),
        (b'{"object":"error","message":"too long","code":400}', "too long"),
        (b'{"error":{"message":"too\\n\\tlong\\u0000\\u001b"}}', "too long"),
        (b'{"error":{"message":["too long"]}}', None),
        (b'{"error":{"message":"too lo', None),
        (b'{"error":[]}', None),
        (b"[]", None),
        (b"7", None),
        (b"\xff", None),
        (b"[" * 100_000, None),
        (b"", None),
    ],
)
def test_the_providers_message_is_found_in_any_shape(data: bytes, message: str | None) -> None:
    assert read_error(400, {}, data).message == (message or "the provider refuses the request with status 400")


def test_a_long_message_is_cut() -> None:
    found = read_error(400, {}, body(message=f'"{"x" * 10_000}"'))
    assert found.message == "x" * TEXT_LIMIT


@pytest.mark.parametrize("code", ['"unsupported_parameter"', '"context_length_exceeded"', "null"])
def test_the_parameter_becomes_a_field_of_the_request(code: str) -> None:
    found = read_error(400, {}, body(code, param='"messages[2].content"'))
    assert [(violation.field, violation.description) for violation in found.violations] == [
        ("chat.messages[2].content", "why")
    ]


def test_without_a_parameter_no_field_is_named() -> None:
    assert read_error(400, {}, body()).violations == ()


DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "150", "retry-after": "9"}, 0.15),
        ({"retry-after-ms": "soon", "retry-after": "9"}, 9.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": DATE}, 30.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", "date": DATE}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", "date": "today"}, None),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:30 -0000", "date": DATE}, None),
        ({"retry-after": "Mon, 01 Jan 99999999999999 00:00:00 GMT", "date": DATE}, None),
    ],
)
def test_headers_say_when_to_come_back(status: int, headers: dict[str, str], seconds: float | None) -> None:
    assert read_error(status, headers, b"").retry_after == seconds


@given(st.integers(300, 599), st.binary(max_size=100), st.text(max_size=40), st.text(max_size=40))
def test_any_refusal_becomes_an_error_of_ours(status: int, data: bytes, after: str, date: str) -> None:
    assert isinstance(read_error(status, {"retry-after": after, "date": date}, data), GatewayError)
