"""Patterns of models: `*` stands for anything, the rest for itself, and the whole name must fit."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.records.model_scope import ModelScope

PIECES = st.text(alphabet="ab/*", max_size=8)
NAMES = st.text(alphabet="ab/", max_size=10)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("fast", "fast", True),
        ("fast", "Fast", False),
        ("fast", "faster", False),
        ("*", "", True),
        ("*", "org/any/thing", True),
        ("team/*", "team/a/b", True),
        ("team/*", "team", False),
        ("*/fast", "a/b/fast", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*a", "aba", True),
        ("a*b*a", "aca", False),
        ("a.c", "abc", False),
        ("line*", "line\nbreak", True),
    ],
)
def test_a_pattern_fits_the_whole_name(pattern: str, name: str, fits: bool) -> None:  # noqa: FBT001 # a table row
    assert ModelScope((pattern,)).allows(name) is fits


def test_one_pattern_of_several_is_enough() -> None:
    scope = ModelScope(("fast", "team/*"))
    assert [scope.allows(name) for name in ("fast", "team/x", "slow")] == [True, True, False]


@given(PIECES, NAMES)
def test_it_agrees_with_the_obvious_regular_expression(pattern: str, name: str) -> None:
    obvious = re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), name, re.DOTALL)
    assert ModelScope((pattern,)).allows(name) is (obvious is not None)


def test_no_name_makes_the_answer_slow() -> None:
    began = time.perf_counter()
    assert not ModelScope(("*a" * 100 + "*b",)).allows("a" * 100_000)
    assert time.perf_counter() - began < 1.0


def test_it_describes_itself_briefly() -> None:
    assert ModelScope(("fast", "team/*")).describe() == "fast, team/*"
    many = ModelScope([f"m{number}" for number in range(12)])
    assert many.describe().endswith("m9 and 2 more")
    assert len(ModelScope(["x" * 256] * 100).describe()) < 1000
