"""The form of our secrets, against the vector of the specification."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.identity.api_key_format import (
    ALPHABET,
    checksum_holds,
    make_admin_token,
    make_api_key,
    show_hint,
)

VECTOR = "gw_live_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1ifiaa"


def counting_bytes(length: int) -> bytes:
    return bytes(range(length))


def test_a_key_of_known_randomness_is_the_key_of_the_specification() -> None:
    assert make_api_key(counting_bytes) == VECTOR


@pytest.mark.parametrize("randomness", [bytes(32), b"\xff" * 32])
def test_keys_have_their_form_at_both_ends_of_the_range(randomness: bytes) -> None:
    key = make_api_key(lambda _: randomness)
    assert re.fullmatch(r"gw_live_[0-9A-Za-z]{49}", key)
    assert checksum_holds(key)


@given(st.binary(min_size=32, max_size=32))
def test_the_checksum_of_whatever_is_made_holds(randomness: bytes) -> None:
    assert checksum_holds(make_api_key(lambda _: randomness))
    assert checksum_holds(make_admin_token(lambda _: randomness))


def test_two_keys_are_never_alike() -> None:
    assert make_api_key() != make_api_key()
    assert make_admin_token() != make_admin_token()


def test_an_admin_token_has_a_prefix_of_its_own() -> None:
    assert re.fullmatch(r"wadm_[0-9A-Za-z]{49}", make_admin_token())


@given(st.integers(min_value=8, max_value=len(VECTOR) - 1), st.sampled_from(ALPHABET))
def test_any_single_typo_is_noticed(place: int, typed: str) -> None:
    mistyped = VECTOR[:place] + typed + VECTOR[place + 1 :]
    assert checksum_holds(mistyped) == (mistyped == VECTOR)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gw_live_",
        "sk-proj-abcdefghijklmnop",
        VECTOR + "0",
        VECTOR[:-1],
        VECTOR.replace("gw_live_", "gw_dead_"),
        VECTOR[:20] + "é" + VECTOR[21:],
        VECTOR[:20] + "-" + VECTOR[21:],
    ],
)
def test_what_is_not_of_our_form_has_no_valid_checksum(text: str) -> None:
    assert not checksum_holds(text)


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        (VECTOR, "gw_live_003a…fiaa"),
        (VECTOR[:-1] + "b", "…fiab"),
        ("a-key-given-by-hand", "…hand"),
        ("sixteen-letters!", "…ers!"),
        ("fifteen-letters", "…"),
        ("", "…"),
    ],
)
def test_a_hint_shows_little_of_our_keys_and_less_of_others(key: str, hint: str) -> None:
    assert show_hint(key) == hint
