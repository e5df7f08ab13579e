"""A change in one short line."""

import pytest

from gateway_cli.shown.audit_diff import LONGEST, short_diff


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [
        ("", '{"name":"a","note":"","models":["*"],"limit":0}', 'name=a, models=["*"], limit=0'),
        ('{"name":"a","gone":null}', "", "name=a"),
        ('{"a":1,"b":"x","c":true}', '{"a":2,"b":"x","c":false}', "a: 1 -> 2, c: true -> false"),
        ('{"a":"x"}', '{"a":"","new":"y"}', 'a: x -> "", new: null -> y'),
        ('{"a":null}', '{"a":""}', ""),
        ("", "", ""),
        ("", "no json", "?=no json"),
    ],
)
def test_only_what_differs_is_shown(before: str, after: str, line: str) -> None:
    assert short_diff(before, after) == line


def test_long_values_and_long_lines_are_cut() -> None:
    line = short_diff("", '{"a":"' + "x" * 100 + '"}')
    assert line == "a=" + "x" * 39 + "…"
    many = ",".join(f'"field{number}":"{"y" * 30}"' for number in range(9))
    assert len(short_diff("", f"{{{many}}}")) == LONGEST
