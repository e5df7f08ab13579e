"""How a refused file is described."""

from admin.configuration.problem import Problem
from admin.services.config_messages import MOST_SHOWN, refused


def test_each_problem_is_a_field_with_its_line() -> None:
    error = refused([Problem("", 3, "users.a", "is wrong"), Problem("", None, "", "is empty")])
    assert [(one.field, one.description) for one in error.violations] == [
        ("users.a", "line 3: is wrong"),
        ("yaml", "is empty"),
    ]
    assert error.message == "the file is refused: users.a: line 3: is wrong (and 1 more)"


def test_a_refusal_shows_a_bounded_number_of_problems() -> None:
    error = refused([Problem("", line, "a", "is wrong") for line in range(1, 100)])
    assert len(error.violations) == MOST_SHOWN
    assert error.message.endswith("(and 98 more)")
