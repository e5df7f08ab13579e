"""JSON leaves on one line, also for clients that see lines where there are none."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from rest_facade.json_text import json_bytes


def test_separators_of_lines_and_paragraphs_are_escaped() -> None:
    assert json_bytes({"t": "a\u2028b\u2029\u00e9"}) == '{"t":"a\\u2028b\\u2029é"}'.encode()


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_survives_on_one_line(text: str) -> None:
    written = json_bytes([text])
    assert msgspec.json.decode(written) == [text]
    assert not {"\n", "\r", "\u2028", "\u2029"} & set(written.decode())
