"""What is wrong with a request is said at once."""

import pytest

from admin.conduct.violations import Violations
from gateway_core.errors import InvalidRequest


def test_nothing_wrong_refuses_nothing() -> None:
    violations = Violations()
    assert violations.check_text("name", "a" * 5, longest=5) == "a" * 5
    assert violations.check_text("name", "", longest=5) == ""
    assert violations.check_range("weight", 1, 1, 3) == 1
    assert violations.check_range("weight", 3, 1, 3) == 3
    violations.refuse()
    assert violations.found == []


@pytest.mark.parametrize(
    ("text", "required", "description"),
    [
        ("a" * 6, False, "must have at most 5 characters"),
        ("a\0", False, "must hold printable characters only"),
        ("a\n", True, "must hold printable characters only"),
        ("\u202e", False, "must hold printable characters only"),
        ("", True, "is required"),
    ],
)
def test_a_bad_text_is_noted(text: str, description: str, *, required: bool) -> None:
    violations = Violations()
    violations.check_text("name", text, longest=5, required=required)
    assert [(one.field, one.description) for one in violations.found] == [("name", description)]


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_number_out_of_bounds_is_noted(number: int) -> None:
    violations = Violations()
    violations.check_range("weight", number, 1, 3)
    assert violations.found[0].description == "must be 1 to 3"


def test_the_sentence_names_the_first_and_counts_the_rest() -> None:
    violations = Violations()
    violations.note("a", "is wrong")
    with pytest.raises(InvalidRequest, match=r"^a: is wrong$"):
        violations.refuse()
    violations.note("b", "is wrong too")
    with pytest.raises(InvalidRequest, match=r"^a: is wrong \(and 1 more\)$") as refused:
        violations.refuse()
    assert [one.field for one in refused.value.violations] == ["a", "b"]


def test_at_most_twenty_are_shown() -> None:
    violations = Violations()
    for at in range(25):
        violations.note(f"field[{at}]", "is wrong")
    with pytest.raises(InvalidRequest, match="and 24 more") as refused:
        violations.refuse()
    assert len(refused.value.violations) == 20
