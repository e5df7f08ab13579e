"""Headers become the terms of a call, or a refusal that names them."""

import pytest

from rest_facade.call_terms import CallTerms, read_terms
from rest_facade.error_body import Refusal


def terms(*headers: tuple[bytes, bytes]) -> CallTerms:
    known = {"weir.headers": dict(headers), "weir.request_id": "req_1", "weir.client_address": "192.0.2.1"}
    return read_terms({"headers": list(headers), **known})


def metadata(*headers: tuple[bytes, bytes]) -> dict[str, str]:
    """Gives what is passed on besides the address."""
    passed = dict(terms(*headers).metadata)
    assert passed.pop("x-weir-client-address") == "192.0.2.1"
    return passed


def refusal(*headers: tuple[bytes, bytes]) -> Refusal:
    with pytest.raises(Refusal) as caught:
        terms(*headers)
    return caught.value


def test_a_request_without_headers_has_only_its_id_and_its_address() -> None:
    own = (("x-request-id", "req_1"), ("x-weir-client-address", "192.0.2.1"))
    assert terms((b"host", b"x")) == CallTerms("req_1", own)


def test_what_a_caller_says_about_its_address_stays_outside() -> None:
    assert metadata((b"x-weir-client-address", b"10.0.0.1"), (b"x-api-key", b"k")).keys() == {
        "x-request-id",
        "x-api-key",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("authorization", "Bearer k"), ("x-api-key", "k"), ("traceparent", "00-a-b-01"), ("tracestate", "a=1")],
)
def test_what_the_core_must_know_is_passed_on(name: str, value: str) -> None:
    assert metadata((name.encode(), value.encode())) == {"x-request-id": "req_1", name: value}


def test_other_headers_stay_outside() -> None:
    assert metadata((b"authorization", b"Bearer k"), (b"cookie", b"c")).keys() == {"x-request-id", "authorization"}


def test_the_same_credential_in_both_places_is_passed_on_once() -> None:
    assert metadata((b"authorization", b"bearer  k"), (b"x-api-key", b"k")).keys() == {"x-request-id", "authorization"}


@pytest.mark.parametrize(
    "headers",
    [
        ((b"authorization", b"Bearer a"), (b"x-api-key", b"b")),
        ((b"authorization", b"Bearer a"), (b"authorization", b"Bearer b")),
        ((b"x-api-key", b"a"), (b"x-api-key", b"b")),
    ],
)
def test_two_different_credentials_are_refused(headers: tuple[tuple[bytes, bytes], ...]) -> None:
    assert refusal(*headers).reply.code == "conflicting_credentials"


def test_the_same_header_twice_is_once() -> None:
    assert metadata((b"x-api-key", b"a"), (b"x-api-key", b"a"))["x-api-key"] == "a"


def test_another_header_twice_with_different_values_is_refused() -> None:
    assert "traceparent" in refusal((b"traceparent", b"a"), (b"traceparent", b"b")).reply.message


def test_trace_states_are_joined() -> None:
    assert metadata((b"tracestate", b"a=1"), (b"host", b"x"), (b"tracestate", b"b=2"))["tracestate"] == "a=1,b=2"


@pytest.mark.parametrize("value", ["Bearer kéy".encode(), b"Bearer a\tb", b"Bearer \x7f", b"Bearer \x01"])
def test_what_no_metadata_can_hold_is_refused_by_name(value: bytes) -> None:
    assert "authorization" in refusal((b"authorization", value)).reply.message


@pytest.mark.parametrize(("text", "seconds"), [(b"30", 30.0), (b"2.5", 2.5), (b"0.001", 0.001)])
def test_a_timeout_is_seconds(text: bytes, seconds: float) -> None:
    assert terms((b"x-request-timeout", text)).timeout == seconds


@pytest.mark.parametrize("text", [b"0", b"0.0", b"-1", b"1e3", b"inf", b"nan", b"", b"1,5", b"soon", b"9" * 10])
def test_a_timeout_that_is_no_time_is_refused(text: bytes) -> None:
    assert refusal((b"x-request-timeout", text)).reply.param == "x-request-timeout"


def test_switches_are_read_in_any_case() -> None:
    read = terms((b"x-weir-restart", b"Allow"), (b"x-weir-summary", b"TRUE"))
    assert (read.restarts, read.summary) == (True, True)


def test_switches_are_off_unless_the_word_is_right() -> None:
    read = terms((b"x-weir-restart", b"true"), (b"x-weir-summary", b"1"))
    assert (read.restarts, read.summary) == (False, False)


def test_more_than_metadata_can_hold_is_refused() -> None:
    assert refusal((b"authorization", b"Bearer " + b"k" * 8000)).reply.status == 431
