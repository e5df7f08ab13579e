"""Where a credential may stand, and what is said when it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.errors import ApiKeyInvalid, InvalidRequest
from gateway_core.identity.credentials import MAX_CREDENTIAL_LENGTH, credential_from

KEY = "gw_live_key"


@pytest.mark.parametrize(
    "metadata",
    [
        [("authorization", f"Bearer {KEY}")],
        [("authorization", f"bearer {KEY}")],
        [("authorization", f"BEARER   {KEY} ")],
        [("authorization", f"Bearer {KEY}".encode())],
        [("x-api-key", KEY)],
        [("x-api-key", f" {KEY} ")],
        [("x-goog-api-key", KEY)],
        [("user-agent", "grpc"), ("authorization", f"Bearer {KEY}"), ("trace-bin", b"\xff")],
        [("authorization", f"Bearer {KEY}"), ("x-api-key", KEY), ("x-goog-api-key", KEY)],
        [("x-api-key", ""), ("authorization", f"Bearer {KEY}")],
        [("authorization", f"Bearer {KEY}"), ("x-api-key", "")],
    ],
)
def test_a_credential_is_found_wherever_it_may_stand(metadata: list[tuple[str, str | bytes]]) -> None:
    assert credential_from(metadata) == KEY


@pytest.mark.parametrize(
    "metadata",
    [[], [("user-agent", "grpc")], [("x-api-key", "")], [("x-api-key", "  ")], [("cookie", f"authorization={KEY}")]],
)
def test_a_call_without_a_credential_is_told_how_to_send_one(metadata: list[tuple[str, str | bytes]]) -> None:
    with pytest.raises(ApiKeyInvalid, match="no credential: send an API key as `authorization: Bearer <key>`"):
        credential_from(metadata)


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", KEY, f"Basic {KEY}", f"Bearer{KEY}", f"Token {KEY}"])
def test_an_authorization_that_is_no_bearer_is_refused_without_being_repeated(value: str) -> None:
    with pytest.raises(ApiKeyInvalid, match="does not hold a bearer credential") as raised:
        credential_from([("authorization", value)])
    assert KEY not in raised.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorization", f"Bearer {KEY} {KEY}"),
        ("x-api-key", f"{KEY} {KEY}"),
        ("x-api-key", f"{KEY}\x00"),
        ("x-api-key", f"{KEY}\u00e9"),
        ("x-api-key", f"{KEY}\u00e9".encode()),
        ("x-api-key", f"{KEY}\ud800"),
    ],
)
def test_characters_that_no_key_has_are_refused_without_being_repeated(name: str, value: str | bytes) -> None:
    with pytest.raises(ApiKeyInvalid, match=f"the credential in `{name}` holds characters") as raised:
        credential_from([(name, value)])
    assert KEY not in raised.value.message


@pytest.mark.parametrize(
    "metadata",
    [
        [("authorization", f"Bearer {KEY}"), ("x-api-key", "another")],
        [("x-api-key", KEY), ("x-goog-api-key", "another")],
        [("x-api-key", KEY), ("x-api-key", "another")],
    ],
)
def test_two_different_credentials_are_refused(metadata: list[tuple[str, str | bytes]]) -> None:
    with pytest.raises(InvalidRequest, match="two different credentials") as raised:
        credential_from(metadata)
    assert [violation.field for violation in raised.value.violations] == ["authorization"]
    assert KEY not in raised.value.message
    assert "another" not in raised.value.message


def test_the_longest_credential_passes_and_a_longer_one_does_not() -> None:
    longest = "k" * MAX_CREDENTIAL_LENGTH
    assert credential_from([("x-api-key", longest)]) == longest
    with pytest.raises(ApiKeyInvalid, match="longer than 4096 bytes"):
        credential_from([("x-api-key", longest + "k")])


@given(
    st.lists(
        st.tuples(st.sampled_from(["authorization", "x-api-key", "x-goog-api-key", "other"]), st.text() | st.binary())
    )
)
def test_nothing_but_a_usable_credential_or_a_typed_error_comes_out(metadata: list[tuple[str, str | bytes]]) -> None:
    try:
        credential = credential_from(metadata)
    except (ApiKeyInvalid, InvalidRequest):
        return
    assert credential.isascii()
    assert credential.isprintable()
    assert credential.split() == [credential]
