"""Audit entries are shown as the contract says."""

from datetime import UTC, datetime

import pytest

from admin.translation.audit import ACTIONS, show_entry, show_verdict
from gateway_core.records.audit_entry import Actor, AuditEntry
from gateway_core.storage.audit_chain import ChainVerdict
from weir.admin.v1.audit_entry_pb2 import AuditAction
from weir.admin.v1.audit_service_pb2 import AuditBreak, VerifyAuditResponse

MOMENT = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)


def entry(action: str = "update", before: str | None = None, after: str | None = None) -> AuditEntry:
    """Makes an entry."""
    actor = Actor("adminTokens/ada", "adm_1", "192.0.2.1", "req-1", "why not")
    return AuditEntry(7, MOMENT, 5, actor, action, "user", "usr_1", before, after, hash=b"h" * 32)


def test_every_field_has_its_place() -> None:
    shown = show_entry(entry(before="{}", after='{"a":1}'))
    assert shown.name == "auditEntries/7"
    assert shown.sequence == 7
    assert shown.create_time.ToDatetime(UTC) == MOMENT
    assert (shown.actor.name, shown.actor.uid, shown.actor.address) == ("adminTokens/ada", "adm_1", "192.0.2.1")
    assert (shown.kind, shown.uid, shown.request_id) == ("user", "usr_1", "req-1")
    assert shown.reason == "why not"
    assert (shown.before_json, shown.after_json) == ("{}", '{"a":1}')
    assert shown.configuration_version == 5
    assert shown.hash == b"h" * 32


def test_what_was_not_there_is_empty() -> None:
    shown = show_entry(entry())
    assert (shown.before_json, shown.after_json) == ("", "")


@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_actions_have_the_names_of_the_contract(action: str) -> None:
    assert AuditAction.Name(show_entry(entry(action)).action) == f"AUDIT_ACTION_{action.upper()}"


def test_every_action_of_the_contract_is_known() -> None:
    assert {0, *ACTIONS.values()} == set(AuditAction.values())


def test_an_action_that_the_contract_does_not_know_is_said_to_be_unknown() -> None:
    assert show_entry(entry("paint")).action == 0


def test_a_log_that_holds_has_no_break() -> None:
    assert show_verdict(ChainVerdict(7)) == VerifyAuditResponse(verified_count=7)


def test_a_break_is_named() -> None:
    shown = show_verdict(ChainVerdict(3, 4, "entry 4 is missing"))
    assert shown == VerifyAuditResponse(
        verified_count=3, first_break=AuditBreak(sequence=4, message="entry 4 is missing")
    )
