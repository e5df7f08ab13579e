"""AuditService over a real connection: what was done, the newest first, and whether the log was left alone."""

import sqlite3
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from grpc import StatusCode

from admin.conduct.pages import read_position
from admin.services.audit_service import LIST
from gateway_core.storage.open_database import FILE
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import AdminWorld, running_admin
from weir.admin.v1 import audit_service_pb2 as messages
from weir.admin.v1.audit_entry_pb2 import (
    AUDIT_ACTION_ADJUST,
    AUDIT_ACTION_CREATE,
    AUDIT_ACTION_DELETE,
    AUDIT_ACTION_UNDELETE,
    AUDIT_ACTION_UPDATE,
    AuditEntry,
)
from weir.admin.v1.audit_service_pb2_grpc import AuditServiceStub
from weir.admin.v1.user_pb2 import User
from weir.admin.v1.user_service_pb2 import (
    AdjustUserBalanceRequest,
    CreateUserRequest,
    DeleteUserRequest,
    UndeleteUserRequest,
    UpdateUserRequest,
)
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.audit_service_pb2_grpc import AuditServiceAsyncStub

NAME = "users/alice"


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service in which alice was made, changed, deleted and brought back."""
    async with running_admin() as running:
        users = running.stub(UserServiceStub)
        await users.CreateUser(CreateUserRequest(user_id="alice", balance_nano_usd=1))
        await users.UpdateUser(UpdateUserRequest(user=User(name=NAME, display_name="Alice")))
        await users.DeleteUser(DeleteUserRequest(name=NAME))
        await users.UndeleteUser(UndeleteUserRequest(name=NAME), metadata=(("x-request-id", "req-undelete"),))
        await users.AdjustUserBalance(
            AdjustUserBalanceRequest(name=NAME, delta_nano_usd=5, reason="gift", request_id=new_request())
        )
        yield running


@pytest.fixture
def audit(world: AdminWorld) -> "AuditServiceAsyncStub":
    """Calls the service as somebody who may only look."""
    return world.stub(AuditServiceStub, "viewer")


async def entries(audit: "AuditServiceAsyncStub", written: str = "") -> list[AuditEntry]:
    """Lists entries."""
    return list((await audit.ListAuditEntries(messages.ListAuditEntriesRequest(filter=written))).audit_entries)


async def test_entries_tell_who_did_what_to_whom(world: AdminWorld, audit: "AuditServiceAsyncStub") -> None:
    found = await entries(audit, "kind = user")
    assert [entry.action for entry in found] == [
        AUDIT_ACTION_ADJUST,
        AUDIT_ACTION_UNDELETE,
        AUDIT_ACTION_DELETE,
        AUDIT_ACTION_UPDATE,
        AUDIT_ACTION_CREATE,
    ]
    assert len({entry.uid for entry in found}) == 1
    newest, oldest = found[0], found[-1]
    assert newest.name == f"auditEntries/{newest.sequence}"
    assert (newest.reason, found[1].reason) == ("gift", "")
    assert found[1].request_id == "req-undelete"
    assert newest.configuration_version == await world.store.version()
    assert (newest.actor.name, newest.actor.address) == ("adminTokens/owner", "127.0.0.1")
    assert newest.actor.uid.startswith("adm_")
    assert '"balance_nano":1' in newest.before_json
    assert '"balance_nano":6' in newest.after_json
    assert oldest.before_json == ""
    assert len(newest.hash) == 32


async def test_pages_go_on_from_the_newest_to_the_first(audit: "AuditServiceAsyncStub") -> None:
    sequences: list[int] = []
    token = ""
    while True:
        page = await audit.ListAuditEntries(messages.ListAuditEntriesRequest(page_size=4, page_token=token))
        assert len(page.audit_entries) <= 4
        sequences.extend(entry.sequence for entry in page.audit_entries)
        token = page.next_page_token
        if not token:
            break
    assert sequences == list(range(sequences[0], 0, -1))
    assert len(sequences) > 8


async def test_a_page_that_ends_with_the_log_is_the_last(audit: "AuditServiceAsyncStub") -> None:
    total = len(await entries(audit))
    page = await audit.ListAuditEntries(messages.ListAuditEntriesRequest(page_size=total))
    assert page.next_page_token == ""


async def test_entries_are_filtered(audit: "AuditServiceAsyncStub") -> None:
    every = await entries(audit)
    (undelete,) = await entries(audit, "action = UNDELETE")
    owner = undelete.actor.uid
    for written, number in {
        f"uid = {undelete.uid}": 5,
        f"uid = {undelete.uid} AND action != CREATE": 4,
        'actor = "adminTokens/*"': 5,
        "actor != adminTokens/owner": len(every) - 5,
        f"actor_uid = {owner}": 5,
        "kind != user": len(every) - 5,
        "address = 127.0.0.1": 5,
        "request_id = req-undelete": 1,
        f"sequence >= {undelete.sequence}": 2,
        f"configuration_version = {undelete.configuration_version}": 1,
        'create_time < "2020-01-01T00:00:00Z"': 0,
    }.items():
        assert len(await entries(audit, written)) == number, written


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (messages.ListAuditEntriesRequest(page_size=-1), "page_size"),
        (messages.ListAuditEntriesRequest(page_token="x"), "page_token"),
        (messages.ListAuditEntriesRequest(page_token=read_position(0, "", LIST, "").token("usr_1")), "page_token"),
        (messages.ListAuditEntriesRequest(page_token=read_position(0, "", LIST, "").token("٣")), "page_token"),
        (messages.ListAuditEntriesRequest(page_token=read_position(0, "", LIST, "").token("9" * 19)), "page_token"),
        (messages.ListAuditEntriesRequest(page_token=read_position(0, "", LIST, "x").token("1")), "page_token"),
        (messages.ListAuditEntriesRequest(filter="action = PAINT"), "filter"),
        (messages.ListAuditEntriesRequest(filter="sequence = x"), "filter"),
    ],
)
async def test_a_bad_list_is_refused(
    audit: "AuditServiceAsyncStub", request_: messages.ListAuditEntriesRequest, field: str
) -> None:
    status = await refused(audit.ListAuditEntries(request_))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", (field,))


async def test_a_log_that_was_left_alone_holds(audit: "AuditServiceAsyncStub") -> None:
    verdict = await audit.VerifyAudit(messages.VerifyAuditRequest())
    assert verdict.verified_count == len(await entries(audit))
    assert not verdict.HasField("first_break")


async def test_an_entry_that_was_changed_is_named(world: AdminWorld, audit: "AuditServiceAsyncStub") -> None:
    (undelete,) = await entries(audit, "action = UNDELETE")
    with sqlite3.connect(world.folder / FILE) as database:
        database.execute("UPDATE audit SET action = 'update' WHERE sequence = ?", (undelete.sequence,))
    database.close()
    verdict = await audit.VerifyAudit(messages.VerifyAuditRequest())
    assert verdict.verified_count == undelete.sequence - 1
    assert verdict.first_break.sequence == undelete.sequence
    assert verdict.first_break.message
