"""Filters of lists become conditions, or a sentence that says what is wrong with them."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct import filters
from admin.conduct.filters import read_filter
from gateway_core.errors import InvalidRequest
from gateway_core.storage.query import Where

FIELDS = {
    "id": filters.text("name"),
    "hint": filters.exact("hint"),
    "kind": filters.exact("kind", filters.EITHER),
    "role": filters.choice("role", {"OWNER": "owner", "VIEWER": "viewer"}),
    "disabled": filters.truth("disabled"),
    "revoked": filters.presence("revoked_at"),
    "create_time": filters.moment("created_at"),
    "sequence": filters.number("number"),
}
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


REFUSED = [
    ("id", "must be comparisons"),
    ("id =", "must be comparisons"),
    ("= alice", "must be comparisons"),
    ("id alice =", "must be comparisons"),
    ("id = =", "must be comparisons"),
    ("id = a AND", "must be comparisons"),
    ("id = a AND id", "must be comparisons"),
    ('"id" = a', "must be comparisons"),
    ("id = a b", "must be comparisons"),
    ("id = a and id = b", "must have AND at character 8"),
    ("id = a OR id = b", "must have AND at character 8"),
    ("id = 'a'", "cannot be read from character 6 on"),
    ('id = "a', "cannot be read from character 6 on"),
    ("id = a*b = c d", "must have AND at character 8"),
    ("(id = a)", "cannot be read from character 1 on"),
    (r'id = "\n"', "cannot be read from character 6 on"),
    ("name = a", "there is no field name; there are create_time, disabled, hint"),
    ("id < a", "id goes with = !=, not with <"),
    ("hint != a", "hint goes with =, not with !="),
    ("create_time = 2026-01-02T03:04:05Z", "create_time goes with < <= > >=, not with ="),
    ("id != a*", "id: a value with * at its end goes with = only"),
    ("hint = a*", "hint: takes no *"),
    ("role = owner", "role: must be one of OWNER, VIEWER"),
    ("role = OWNER*", "role: must be one of OWNER, VIEWER"),
    ("disabled = True", "disabled: must be true or false"),
    ("disabled = true*", "disabled: must be true or false"),
    ("revoked = yes", "revoked: must be true or false"),
    ("create_time < yesterday", "create_time: must be a moment such as"),
    ("create_time < 2026-01-02T03:04:05", "create_time: must be a moment such as"),
    ("create_time < 2026-01-02", "create_time: must be a moment such as"),
    ("create_time > 0001-01-01T00:00:00+01:00", "create_time: must be a moment such as"),
    ("sequence = x", "sequence: must be a whole number"),
    ("sequence = 1.5", "sequence: must be a whole number"),
    ("sequence = -", "sequence: must be a whole number"),
    ('sequence = "²"', "sequence: must be a whole number"),
    ("sequence = 1234567890123456789", "sequence: must be a whole number"),
    ("sequence = 1*", "sequence: takes no *"),
    ('id = "\0"', "must not hold the character NUL"),
    ("id = " + "a" * 996, "must have at most 1000 characters"),
    (" AND ".join(["id = a"] * 11), "must have at most 10 comparisons"),
]


@pytest.mark.parametrize(
    ("written", "conditions"),
    [
        ("", []),
        ("  ", []),
        ("id = alice", [Where("name", "=", "alice")]),
        ("id=alice", [Where("name", "=", "alice")]),
        ("  id  !=  alice  ", [Where("name", "!=", "alice")]),
        ("id = team-*", [Where("name", "prefix", "team-")]),
        ('id = "team *"', [Where("name", "prefix", "team ")]),
        ('id = ""', [Where("name", "=", "")]),
        ('id = "*"', [Where("name", "prefix", "")]),
        (r'id = "a\*"', [Where("name", "=", "a*")]),
        (r'id = "a\\*"', [Where("name", "prefix", "a\\")]),
        (r'id = "a\"b"', [Where("name", "=", 'a"b')]),
        ('id = "a*b"', [Where("name", "=", "a*b")]),
        ('id = "a AND b"', [Where("name", "=", "a AND b")]),
        ("hint = x", [Where("hint", "=", "x")]),
        ('hint = "gw_live_…1234"', [Where("hint", "=", "gw_live_…1234")]),
        ("kind != user", [Where("kind", "!=", "user")]),
        ("role = OWNER", [Where("role", "=", "owner")]),
        ("role != VIEWER", [Where("role", "!=", "viewer")]),
        ("disabled = true", [Where("disabled", "=", value=True)]),
        ("disabled = false", [Where("disabled", "=", value=False)]),
        ("revoked = true", [Where("revoked_at", "!=", None)]),
        ("revoked = false", [Where("revoked_at", "=", None)]),
        ('create_time >= "2026-01-02T03:04:05Z"', [Where("created_at", ">=", MOMENT)]),
        ("create_time < 2026-01-02T04:04:05+01:00", [Where("created_at", "<", MOMENT)]),
        ("sequence > 7", [Where("number", ">", 7)]),
        ("sequence = -7", [Where("number", "=", -7)]),
        ("id = AND AND hint = AND", [Where("name", "=", "AND"), Where("hint", "=", "AND")]),
        (
            'disabled = false AND id = "a*" AND sequence<=3',
            [Where("disabled", "=", value=False), Where("name", "prefix", "a"), Where("number", "<=", 3)],
        ),
    ],
)
def test_a_filter_is_read_into_conditions(written: str, conditions: Sequence[Where]) -> None:
    assert read_filter(written, FIELDS) == conditions


@pytest.mark.parametrize(("written", "sentence"), REFUSED)
def test_what_is_no_filter_is_refused_with_what_is_wrong(written: str, sentence: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_filter(written, FIELDS)
    (violation,) = refused.value.violations
    assert violation.field == "filter"
    assert violation.description.startswith(sentence)


def test_ten_comparisons_and_a_thousand_characters_are_not_too_much() -> None:
    assert len(read_filter(" AND ".join(["id = a"] * 10), FIELDS)) == 10
    assert read_filter("id = " + "a" * 995, FIELDS) == [Where("name", "=", "a" * 995)]


@given(
    value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=300),
    is_open=st.booleans(),
)
def test_every_text_can_be_compared_with(value: str, *, is_open: bool) -> None:
    written = value.replace("\\", "\\\\").replace('"', '\\"').replace("*", "\\*") + ("*" if is_open else "")
    assert read_filter(f'id = "{written}"', FIELDS) == [Where("name", "prefix" if is_open else "=", value)]


@given(moment=st.datetimes(timezones=st.timezones()))
def test_every_moment_can_be_compared_with(moment: datetime) -> None:
    try:
        in_utc = moment.astimezone(UTC)
    except OverflowError:
        return
    assert read_filter(f'create_time < "{in_utc.isoformat()}"', FIELDS) == [Where("created_at", "<", in_utc)]


@given(number=st.integers(-(10**17) + 1, 10**18 - 1))
def test_every_number_can_be_compared_with(number: int) -> None:
    assert read_filter(f"sequence <= {number}", FIELDS) == [Where("number", "<=", number)]


def refused_field(written: str) -> str:
    """Gives the field that a refusal names, or nothing for what can be read."""
    try:
        read_filter(written, FIELDS)
    except InvalidRequest as refused:
        return refused.violations[0].field
    return ""


@given(written=st.text())
def test_any_text_is_a_filter_or_refused(written: str) -> None:
    assert refused_field(written) in {"", "filter"}


@given(
    parts=st.lists(st.sampled_from(["id", "sequence", "=", "!=", "<", "AND", '"', "*", "\\", " ", "1", "create_time"]))
)
def test_any_jumble_of_parts_is_a_filter_or_refused(parts: list[str]) -> None:
    assert refused_field("".join(parts)) in {"", "filter"}
