"""Pages go on where the last one ended, and only in the list that gave out the token."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.pages import DEFAULT_SIZE, LARGEST_SIZE, Position, read_position
from gateway_core.errors import InvalidRequest
from gateway_core.records.versioned import Versioned

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = st.text(st.characters(codec="utf-8"), min_size=1).filter(str.isprintable)


def records(number: int) -> list[Versioned[int]]:
    """Makes records that are told apart by their uids."""
    return [Versioned(f"usr_{at}", 1, MOMENT, MOMENT, None, "api", at) for at in range(number)]


@pytest.mark.parametrize(
    ("asked", "given_size"), [(0, DEFAULT_SIZE), (1, 1), (1000, 1000), (1001, LARGEST_SIZE), (2**31 - 1, 1000)]
)
def test_a_page_has_a_size(asked: int, given_size: int) -> None:
    assert read_position(asked, "").size == given_size


def test_a_negative_size_is_refused() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_position(-1, "")
    assert refused.value.violations[0].field == "page_size"


@given(after=KEYS, arguments=st.lists(st.text() | st.booleans()), size=st.integers(0, 2000))
def test_a_token_leads_on_in_the_list_it_came_from(after: str, arguments: list[object], size: int) -> None:
    token = read_position(7, "", *arguments).token(after)
    assert token.isascii()
    assert "=" not in token
    assert read_position(size, token, *arguments).after == after


@given(after=KEYS, one=st.lists(st.text() | st.booleans()), other=st.lists(st.text() | st.booleans()))
def test_a_token_of_another_list_is_refused(after: str, one: list[object], other: list[object]) -> None:
    if list(map(repr, one)) == list(map(repr, other)):
        return
    token = read_position(0, "", *one).token(after)
    with pytest.raises(InvalidRequest, match="belongs to a list with other arguments") as refused:
        read_position(0, token, *other)
    assert refused.value.violations[0].field == "page_token"


@given(token=st.text(min_size=1) | st.binary(min_size=1).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        read_position(0, token, "filter")
    assert refused.value.violations[0].field == "page_token"


def test_a_token_that_leads_behind_what_no_database_takes_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        read_position(0, read_position(0, "").token("usr_\0"))


@pytest.mark.parametrize(("found", "shown", "more"), [(0, 0, False), (2, 2, False), (3, 3, False), (4, 3, True)])
def test_one_record_more_than_a_page_holds_says_that_there_is_another(found: int, shown: int, *, more: bool) -> None:
    position = Position("", 3, b"12345678")
    cut = position.cut(records(found))
    assert [record.value for record in cut.page] == list(range(shown))
    assert bool(cut.next_token) is more
    if more:
        assert cut.next_token == position.token("usr_2")
