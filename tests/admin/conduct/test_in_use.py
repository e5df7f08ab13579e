"""Whoever deletes what is needed hears by what."""

from admin.conduct.in_use import in_use


def test_a_few_are_named_in_order() -> None:
    error = in_use("models/a", ["models/c", "models/b"], "do something first")
    assert error.message == "models/a is needed by models/b, models/c: do something first"
    assert error.facts == {"resource": "models/a", "needed_by": "models/b, models/c", "needed_by_count": "2"}


def test_of_many_only_some_are_named() -> None:
    error = in_use("models/a", [f"models/m{number}" for number in range(6)], "do something first")
    assert "models/m4 and 1 more: " in error.message
    assert error.facts["needed_by_count"] == "6"
