"""Ids that the gateway chooses are ids like others."""

from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.made_ids import make_id
from admin.conduct.names import is_id


@given(randomness=st.binary(min_size=10, max_size=10))
def test_a_made_id_names_the_kind_and_follows_the_rule(randomness: bytes) -> None:
    made = make_id("key", lambda length: randomness[:length])
    assert is_id(made)
    assert made.startswith("key-")
    assert len(made) == 14


def test_no_two_are_alike() -> None:
    assert len({make_id("token") for _ in range(100)}) == 100
