"""Names of records."""

import re
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gateway_core.storage.uid import make_uid

NOW = datetime(2026, 5, 4, 3, 2, 1, 500_000, tzinfo=UTC)


def test_a_name_tells_kind_and_time() -> None:
    assert make_uid("usr", NOW, bytes) == "usr_01kqrez0gw0000000000000000"
    assert make_uid("usr", NOW, lambda n: b"\xff" * n).endswith("_01kqrez0gwzzzzzzzzzzzzzzzz")


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_names_sort_by_the_time_they_were_made_in(first: bytes, second: bytes) -> None:
    earlier = make_uid("usr", NOW, lambda _: first)
    later = make_uid("usr", NOW + timedelta(milliseconds=1), lambda _: second)
    assert earlier < later
    assert re.fullmatch(r"usr_[0-9a-hjkmnp-tv-z]{26}", earlier)
