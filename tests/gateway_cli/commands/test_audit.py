"""`weir audit`: what it asks for, what it shows, and how it ends."""

from collections.abc import Iterator

import msgspec
import pytest

from gateway_cli.commands.audit import Action, Kind
from tests.fakes.answering_admin import AnsweringAdmin, answering_admin, weir
from weir.admin.v1.audit_entry_pb2 import AUDIT_ACTION_CREATE, AUDIT_ACTION_UPDATE, AuditAction, AuditActor, AuditEntry
from weir.admin.v1.audit_service_pb2 import (
    AuditBreak,
    ListAuditEntriesRequest,
    ListAuditEntriesResponse,
    VerifyAuditResponse,
)

MADE = AuditEntry(
    sequence=1,
    actor=AuditActor(name="weir", uid="start"),
    action=AUDIT_ACTION_CREATE,
    kind="user",
    uid="usr_1",
    after_json='{"name":"alice","display_name":""}',
)
CHANGED = AuditEntry(
    sequence=2,
    actor=AuditActor(name="adminTokens/deploy", uid="adm_1", address="192.0.2.1"),
    action=AUDIT_ACTION_UPDATE,
    kind="user",
    uid="usr_1",
    before_json='{"name":"alice","disabled":false}',
    after_json='{"name":"alice","disabled":true}',
)
PAGES = (
    ListAuditEntriesResponse(audit_entries=[CHANGED], next_page_token="more"),
    ListAuditEntriesResponse(audit_entries=[MADE]),
)
WHOLE = VerifyAuditResponse(verified_count=7)
BROKEN = VerifyAuditResponse(verified_count=1, first_break=AuditBreak(sequence=2, message="the hash is off"))


@pytest.fixture
def log() -> Iterator[AnsweringAdmin]:
    """Serves a log of two pages."""
    with answering_admin({"ListAuditEntries": PAGES}) as admin:
        yield admin


def test_changes_are_listed_with_what_they_changed(log: AnsweringAdmin) -> None:
    result = weir("audit", "list", admin=log)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[0] == ["SEQ", "TIME", "ACTOR", "ACTION", "KIND", "UID", "CHANGE"]
    assert lines[1][2:] == ["deploy", "update", "user", "usr_1", "disabled:", "false", "->", "true"]
    assert lines[2][2:] == ["weir", "create", "user", "usr_1", "name=alice"]
    assert [(one.page_token, one.page_size) for one in log.asked(ListAuditEntriesRequest)] == [("", 100), ("more", 99)]


def test_every_filter_is_handed_on(log: AnsweringAdmin) -> None:
    given = ("--actor", "ci-*", "--kind", "api_key", "--uid", 'a"b\\', "--action", "revoke")
    moments = ("--since", "2027-01-01", "--until", "2027-02-01T12:00:00Z", "--filter", "sequence > 5")
    assert weir("audit", "list", *given, *moments, admin=log).exit_code == 0
    assert log.asked(ListAuditEntriesRequest)[0].filter == (
        'actor = "adminTokens/ci-*" AND kind = "api_key" AND uid = "a\\"b\\\\" AND action = "REVOKE"'
        ' AND create_time >= "2027-01-01T00:00:00Z" AND create_time < "2027-02-01T12:00:00Z" AND sequence > 5'
    )


@pytest.mark.parametrize(("given", "sent"), [("weir", "weir"), ("adminTokens/ops", "adminTokens/ops")])
def test_an_actor_may_be_the_gateway_or_spelled_out(log: AnsweringAdmin, given: str, sent: str) -> None:
    weir("audit", "list", "--actor", given, admin=log)
    assert log.asked(ListAuditEntriesRequest)[0].filter == f'actor = "{sent}"'


def test_a_limit_asks_for_no_more(log: AnsweringAdmin) -> None:
    result = weir("audit", "list", "--limit", "1", "-o", "json", admin=log)
    assert log.only(ListAuditEntriesRequest).page_size == 1
    (entry,) = msgspec.json.decode(result.stdout)
    assert (entry["sequence"], entry["action"]) == ("2", "AUDIT_ACTION_UPDATE")


@pytest.mark.parametrize("answer", [WHOLE, BROKEN], ids=["whole", "broken"])
def test_the_verdict_on_the_log_is_a_sentence_and_a_status(answer: VerifyAuditResponse) -> None:
    is_whole = answer is WHOLE
    with answering_admin({"VerifyAudit": answer}) as admin:
        result = weir("audit", "verify", admin=admin)
        as_json = weir("audit", "verify", "-o", "json", admin=admin)
    assert result.exit_code == as_json.exit_code == (0 if is_whole else 1)
    assert result.stdout == (
        "the audit log is whole: 7 entries hold\n"
        if is_whole
        else "the audit log is broken at entry 2: the hash is off; before it, 1 entry holds\n"
    )
    assert ("first_break" in msgspec.json.decode(as_json.stdout)) is not is_whole


def test_the_words_for_actions_and_kinds_are_those_of_the_contract() -> None:
    known = {value.name.removeprefix("AUDIT_ACTION_").lower() for value in AuditAction.DESCRIPTOR.values}
    assert {action.value for action in Action} == known - {"unspecified"}
    assert len(Kind) == 10


def test_without_a_gateway_the_status_says_so() -> None:
    result = weir("audit", "list", variables={"WEIR_ADMIN_ADDRESS": "127.0.0.1:1", "WEIR_ADMIN_TOKEN": "made-up"})
    assert result.exit_code == 5
    assert "no gateway answers" in result.stderr
