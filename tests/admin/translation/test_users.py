"""Users are shown as the contract says, and what is shown is read back as it was."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.users import read_user, show_user
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import user_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)


def record(user: User, *, deleted_at: datetime | None = None, managed_by: str = "api") -> Versioned[User]:
    """Puts a user into a record."""
    return Versioned("usr_1", 2, NOW - HOUR, NOW, deleted_at, managed_by, user)


@given(
    shown=st.text(st.characters(codec="utf-8"), max_size=200).filter(str.isprintable),
    disabled=st.booleans(),
    balance=st.none() | st.integers(-(10**18), 10**18),
)
def test_a_user_who_is_shown_is_read_back_as_before(shown: str, balance: int | None, *, disabled: bool) -> None:
    user, violations = User("alice", shown, disabled=disabled, balance_nano=balance), Violations()
    assert read_user(show_user(record(user)), "alice", balance, violations) == user
    assert violations.found == []


def test_every_field_has_its_place() -> None:
    shown = show_user(record(User("alice", "Alice", balance_nano=5), deleted_at=NOW))
    assert shown == contract.User(
        name="users/alice",
        uid="usr_1",
        display_name="Alice",
        managed_by=1,  # type: ignore[arg-type] # the number on the wire
        create_time=shown.create_time,
        update_time=shown.update_time,
        delete_time=shown.delete_time,
        etag=shown.etag,
        state=contract.USER_STATE_DELETED,
        prepaid=True,
        balance_nano_usd=5,
    )
    assert shown.create_time.ToDatetime(UTC) == NOW - HOUR
    assert shown.update_time.ToDatetime(UTC) == NOW
    assert shown.delete_time.ToDatetime(UTC) == NOW
    assert shown.etag.startswith("2-")


@pytest.mark.parametrize(("managed_by", "number"), [("api", 1), ("file", 2), ("bootstrap", 3)])
def test_who_looks_after_it_is_shown(managed_by: str, number: int) -> None:
    assert show_user(record(User("alice"), managed_by=managed_by)).managed_by == number


@pytest.mark.parametrize(
    ("user", "state"),
    [(User("a"), contract.USER_STATE_ACTIVE), (User("a", disabled=True), contract.USER_STATE_DISABLED)],
)
def test_a_user_has_a_state(user: User, state: int) -> None:
    assert show_user(record(user)).state == state


@pytest.mark.parametrize(
    ("prepaid", "balance", "kept"), [(False, None, None), (True, None, 0), (True, 7, 7), (False, 7, 7), (False, 0, 0)]
)
def test_who_is_prepaid_has_a_balance(*, prepaid: bool, balance: int | None, kept: int | None) -> None:
    assert read_user(contract.User(prepaid=prepaid), "a", balance, Violations()).balance_nano == kept


@pytest.mark.parametrize("text", ["a" * 201, "a\0", "a\nb"])
def test_a_display_name_is_short_and_printable(text: str) -> None:
    violations = Violations()
    read_user(contract.User(display_name=text), "a", None, violations)
    assert [violation.field for violation in violations.found] == ["user.display_name"]
