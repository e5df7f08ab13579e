"""The guard against deep nesting."""

import msgspec
import pytest

from openai_json.depth import depth_exceeds

ROWS = [
    (b"1", 0, False),
    (b'"[[[{{{"', 3, False),
    (b"[]", 0, True),
    (b"[]", 1, False),
    (b'{"a":[{}]}', 3, False),
    (b'{"a":[{}]}', 2, True),
    (b"[[],[],[],[],{},{}]", 2, False),
    (b"[[],[],[],[],{},{}]", 1, True),
    (b'[1,{"a":"[[[[[[","b":{"c":null}}]', 3, False),
    (b"[" * 900 + b"]" * 900, 100, True),
    (b"[" * 100 + b"]" * 100, 100, False),
]


@pytest.mark.parametrize(("body", "limit", "exceeds"), ROWS)
def test_nesting_is_counted_by_the_arrays_and_objects_within_each_other(
    body: bytes, limit: int, *, exceeds: bool
) -> None:
    assert depth_exceeds(body, msgspec.json.decode(body), limit) is exceeds


def test_a_body_with_few_brackets_is_answered_without_a_look_at_the_data() -> None:
    assert depth_exceeds(b"[]", [[[[]]]], 1) is False


def test_nesting_beyond_the_stack_is_walked() -> None:
    data: list[object] = []
    for _ in range(100_000):
        data = [data]
    assert depth_exceeds(b"[" * 100_001, data, 100_000) is True
    assert depth_exceeds(b"[" * 100_002, data, 100_001) is False
