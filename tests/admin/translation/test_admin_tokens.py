"""Admin tokens, and whoever calls, are shown as the contract says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.administrator import Administrator
from admin.conduct.violations import Violations
from admin.translation.admin_tokens import ROLES, read_admin_token, show_admin_token, show_caller
from gateway_core.records.admin_token import AdminToken, Role
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import admin_token_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROLE_NAMES: tuple[Role, ...] = ("owner", "operator", "viewer", "billing")


def record(token: AdminToken) -> Versioned[AdminToken]:
    """Puts a token into a record."""
    return Versioned("adm_1", 1, NOW - HOUR, NOW, None, "bootstrap", token)


@given(
    role=st.sampled_from(ROLE_NAMES),
    end=st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(100_000)).map(lambda away: NOW + away),
)
def test_a_token_that_is_shown_is_read_back_as_it_was(role: Role, end: datetime | None) -> None:
    token, violations = AdminToken("ada", "wadm_…1234", role, end), Violations()
    shown = show_admin_token(record(token), None, NOW)
    assert read_admin_token(shown, "ada", "wadm_…1234", NOW, violations) == token
    assert violations.found == []


def test_every_field_has_its_place() -> None:
    token = AdminToken("ada", "wadm_…1234", "billing", NOW + HOUR, NOW, "left")
    shown = show_admin_token(record(token), NOW - HOUR / 2, NOW)
    assert shown.name == "adminTokens/ada"
    assert shown.uid == "adm_1"
    assert shown.managed_by == 3
    assert shown.create_time.ToDatetime(UTC) == NOW - HOUR
    assert shown.etag.startswith("1-")
    assert shown.role == contract.ADMIN_ROLE_BILLING
    assert shown.expire_time.ToDatetime(UTC) == NOW + HOUR
    assert shown.hint == "wadm_…1234"
    assert shown.last_use_time.ToDatetime(UTC) == NOW - HOUR / 2
    assert shown.revoke_time.ToDatetime(UTC) == NOW
    assert shown.revoke_reason == "left"


@pytest.mark.parametrize(
    ("end", "revoked_at", "state"),
    [
        (None, None, contract.ADMIN_TOKEN_STATE_ACTIVE),
        (NOW + HOUR, None, contract.ADMIN_TOKEN_STATE_ACTIVE),
        (NOW, None, contract.ADMIN_TOKEN_STATE_EXPIRED),
        (None, NOW, contract.ADMIN_TOKEN_STATE_REVOKED),
        (NOW, NOW, contract.ADMIN_TOKEN_STATE_REVOKED),
    ],
)
def test_a_token_works_until_it_ends_or_is_revoked(
    end: datetime | None, revoked_at: datetime | None, state: int
) -> None:
    token = AdminToken("ada", "", "owner", end, revoked_at)
    assert show_admin_token(record(token), None, NOW).state == state


@pytest.mark.parametrize("role", [0, 5, 99])
def test_a_token_has_a_known_role(role: int) -> None:
    violations = Violations()
    shown = contract.AdminToken(role=role)  # type: ignore[arg-type] # what a newer client may send
    read_admin_token(shown, "ada", "", NOW, violations)
    assert [violation.field for violation in violations.found] == ["admin_token.role"]


def test_the_end_of_a_token_lies_ahead() -> None:
    violations = Violations()
    shown = contract.AdminToken(role=contract.ADMIN_ROLE_OWNER)
    shown.expire_time.FromDatetime(NOW)
    read_admin_token(shown, "ada", "", NOW, violations)
    assert [violation.field for violation in violations.found] == ["admin_token.expire_time"]


@pytest.mark.parametrize("role", ROLE_NAMES)
def test_whoever_calls_is_shown(role: Role) -> None:
    shown = show_caller(Administrator("adminTokens/ada", "adm_1", role, "192.0.2.1", NOW))
    assert (shown.credential, shown.address) == ("adminTokens/ada", "192.0.2.1")
    assert shown.role == ROLES[role]
    assert shown.expire_time.ToDatetime(UTC) == NOW
    assert not show_caller(Administrator("adminTokens/ada", "adm_1", role)).HasField("expire_time")


def test_every_role_of_the_contract_can_be_given() -> None:
    assert {0, *ROLES.values()} == set(contract.AdminRole.values())
