"""Keys are found by their hash, and only so."""

from datetime import UTC, datetime

import pytest

from gateway_core.identity.key_hash import hash_key
from gateway_core.identity.key_ring import KeyRing
from gateway_core.records.api_key import ApiKey

PEPPER = b"\x0b" * 32
KEY = "gw_live_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1ifiaa"
RECORD = ApiKey(
    id="key_1", account_id="default", name="laptop", hint="…fiaa", created_at=datetime(2026, 1, 1, tzinfo=UTC)
)


def test_the_hash_is_that_of_the_specification() -> None:
    assert hash_key(PEPPER, KEY).hex() == "dfcf5e19a3743872dbe394215d772f9c2f3adf2a1bf6d8c5e3bf7ad74c1f0c89"


def test_the_hash_depends_on_the_pepper() -> None:
    assert hash_key(b"\x0c" * 32, KEY) != hash_key(PEPPER, KEY)


def test_a_known_key_is_recognised() -> None:
    ring = KeyRing(PEPPER, {hash_key(PEPPER, KEY): RECORD})
    assert ring.recognise(KEY) is RECORD
    assert ring.recognise(KEY) is RECORD


@pytest.mark.parametrize("stranger", ["", KEY[:-1], KEY.lower(), KEY + " ", "schlüssel", "\ud800"])
def test_any_other_text_is_a_stranger(stranger: str) -> None:
    assert KeyRing(PEPPER, {hash_key(PEPPER, KEY): RECORD}).recognise(stranger) is None


def test_a_ring_does_not_change_with_the_mapping_it_was_made_from() -> None:
    keys = {hash_key(PEPPER, KEY): RECORD}
    ring = KeyRing(PEPPER, keys)
    keys.clear()
    assert ring.recognise(KEY) is RECORD
