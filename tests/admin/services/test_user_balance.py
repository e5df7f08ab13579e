"""AdjustUserBalance over a real connection: money moves once for each request id, and never without a reason."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from grpc import StatusCode

from gateway_core.storage.query import Where
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import AdminWorld, running_admin
from weir.admin.v1 import user_service_pb2 as messages
from weir.admin.v1.user_pb2 import User
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.user_service_pb2_grpc import UserServiceAsyncStub

MOST = 10**18


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service."""
    async with running_admin() as running:
        yield running


@pytest.fixture
async def users(world: AdminWorld) -> "UserServiceAsyncStub":
    """Calls the service as somebody who looks after money; alice has some, bob is not prepaid."""
    owner = world.stub(UserServiceStub)
    await owner.CreateUser(messages.CreateUserRequest(user_id="alice", balance_nano_usd=5))
    await owner.CreateUser(messages.CreateUserRequest(user_id="bob"))
    return world.stub(UserServiceStub, "billing")


def adjustment(delta: int = 3, **fields: object) -> messages.AdjustUserBalanceRequest:
    """Makes a request that is good but for what is given."""
    given = {"name": "users/alice", "reason": "invoice 7", "request_id": new_request(), **fields}
    return messages.AdjustUserBalanceRequest(delta_nano_usd=delta, **given)  # type: ignore[arg-type] # fields of tests


async def adjust(users: "UserServiceAsyncStub", delta: int = 3, **fields: object) -> User:
    """Moves money."""
    return (await users.AdjustUserBalance(adjustment(delta, **fields))).user


@pytest.mark.parametrize(("delta", "balance"), [(3, 8), (-3, 2), (-9, -4)])
async def test_money_is_added_and_taken_away(users: "UserServiceAsyncStub", delta: int, balance: int) -> None:
    assert (await adjust(users, delta)).balance_nano_usd == balance


async def test_a_repeated_request_moves_money_once(users: "UserServiceAsyncStub") -> None:
    request = adjustment()
    first = (await users.AdjustUserBalance(request)).user
    assert (await users.AdjustUserBalance(request)).user == first
    assert (await adjust(users)).balance_nano_usd == 11
    request.delta_nano_usd = 4
    status = await refused(users.AdjustUserBalance(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")


async def test_the_audit_log_says_what_for(world: AdminWorld, users: "UserServiceAsyncStub") -> None:
    user = await adjust(users)
    async with world.store.reading() as reading:
        (entry,) = await reading.audit.page(where=[Where("uid", "=", user.uid), Where("action", "=", "adjust")])
    assert (entry.actor.reason, entry.actor.name) == ("invoice 7", "adminTokens/billing")


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (adjustment(request_id=""), ("request_id",)),
        (adjustment(name=""), ("name",)),
        (adjustment(0, reason=""), ("reason", "delta_nano_usd")),
        (adjustment(MOST + 1), ("delta_nano_usd",)),
        (adjustment(-MOST - 1), ("delta_nano_usd",)),
        (adjustment(MOST), ("delta_nano_usd",)),
        (adjustment(reason="r" * 501), ("reason",)),
    ],
)
async def test_what_is_wrong_is_said_at_once(
    users: "UserServiceAsyncStub", request_: messages.AdjustUserBalanceRequest, fields: tuple[str, ...]
) -> None:
    status = await refused(users.AdjustUserBalance(request_))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", fields)


async def test_who_is_not_prepaid_has_no_balance(users: "UserServiceAsyncStub") -> None:
    status = await refused(users.AdjustUserBalance(adjustment(name="users/bob")))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")


async def test_a_deleted_user_has_none_either(world: AdminWorld, users: "UserServiceAsyncStub") -> None:
    await world.stub(UserServiceStub).DeleteUser(messages.DeleteUserRequest(name="users/alice"))
    assert (await refused(users.AdjustUserBalance(adjustment()))).reason == "RESOURCE_NOT_FOUND"
