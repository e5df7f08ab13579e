"""Both ways to hash a key agree, whatever the key."""

from hypothesis import given
from hypothesis import strategies as st

from gateway_core.identity.key_hash import KeyHasher, hash_key


def test_a_key_is_kept_as_its_hmac_under_the_pepper() -> None:
    key = "gw_live_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf1ifiaa"
    expected = "dfcf5e19a3743872dbe394215d772f9c2f3adf2a1bf6d8c5e3bf7ad74c1f0c89"
    assert hash_key(b"\x0b" * 32, key).hex() == expected


@given(st.binary(min_size=1, max_size=100), st.text())
def test_a_hasher_gives_what_hashing_from_scratch_gives(pepper: bytes, key: str) -> None:
    assert KeyHasher(pepper)(key) == hash_key(pepper, key)
