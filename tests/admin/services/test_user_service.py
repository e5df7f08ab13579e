"""UserService over a real connection: users come, change, go and come back, and money moves once."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import AdminWorld, running_admin
from weir.admin.v1 import user_pb2
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
def users(world: AdminWorld) -> "UserServiceAsyncStub":
    """Calls the service as an owner."""
    return world.stub(UserServiceStub)


async def made(users: "UserServiceAsyncStub", user_id: str = "alice", **fields: object) -> User:
    """Makes a user."""
    request = messages.CreateUserRequest(user_id=user_id, user=User(**fields))  # type: ignore[arg-type] # fields of tests
    return (await users.CreateUser(request)).user


async def got(users: "UserServiceAsyncStub", name: str = "users/alice") -> User:
    """Reads a user."""
    return (await users.GetUser(messages.GetUserRequest(name=name))).user


async def deleted(users: "UserServiceAsyncStub", name: str = "users/alice") -> User:
    """Deletes a user."""
    return (await users.DeleteUser(messages.DeleteUserRequest(name=name))).user


async def listed(users: "UserServiceAsyncStub", **fields: object) -> list[str]:
    """Lists the names of users."""
    response = await users.ListUsers(messages.ListUsersRequest(**fields))  # type: ignore[arg-type] # fields of tests
    return [user.name for user in response.users]


async def test_a_user_is_made_as_asked_for(users: "UserServiceAsyncStub") -> None:
    user = await made(users, display_name="Alice", disabled=True, name="users/ignored", uid="ignored")
    assert (user.name, user.display_name, user.state) == ("users/alice", "Alice", user_pb2.USER_STATE_DISABLED)
    assert user.uid.startswith("usr_")
    assert not user.prepaid
    assert await got(users) == user
    assert await got(users, f"users/{user.uid}") == user


@pytest.mark.parametrize("balance", [0, 5, MOST])
async def test_who_begins_with_money_is_prepaid(users: "UserServiceAsyncStub", balance: int) -> None:
    request = messages.CreateUserRequest(user_id="alice", balance_nano_usd=balance)
    user = (await users.CreateUser(request)).user
    assert (user.prepaid, user.balance_nano_usd) == (True, balance)


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (messages.CreateUserRequest(), ("user_id",)),
        (messages.CreateUserRequest(user_id="a/b"), ("user_id",)),
        (messages.CreateUserRequest(user_id="a", request_id="1"), ("request_id",)),
        (
            messages.CreateUserRequest(user_id="a", balance_nano_usd=-1, user=User(display_name="\n")),
            ("balance_nano_usd", "user.display_name"),
        ),
        (messages.CreateUserRequest(user_id="a", balance_nano_usd=MOST + 1), ("balance_nano_usd",)),
    ],
)
async def test_what_is_wrong_with_a_new_user_is_said_at_once(
    users: "UserServiceAsyncStub", request_: messages.CreateUserRequest, fields: tuple[str, ...]
) -> None:
    status = await refused(users.CreateUser(request_))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", fields)


async def test_a_name_is_taken_until_its_user_is_deleted(users: "UserServiceAsyncStub") -> None:
    first = await made(users)
    status = await refused(made(users))
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    await deleted(users)
    assert (await made(users)).uid != first.uid


async def test_a_repeated_request_makes_one_user(users: "UserServiceAsyncStub") -> None:
    request = messages.CreateUserRequest(user_id="alice", request_id=new_request())
    first = (await users.CreateUser(request)).user
    assert (await users.CreateUser(request)).user == first
    request.user.display_name = "Alice"
    status = await refused(users.CreateUser(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")


async def test_who_is_not_there_cannot_be_found(users: "UserServiceAsyncStub") -> None:
    name = "users/nobody"
    for call in (
        users.GetUser(messages.GetUserRequest(name=name)),
        users.UpdateUser(messages.UpdateUserRequest(user=User(name=name))),
        users.DeleteUser(messages.DeleteUserRequest(name=name)),
        users.UndeleteUser(messages.UndeleteUserRequest(name=name)),
        users.AdjustUserBalance(
            messages.AdjustUserBalanceRequest(name=name, delta_nano_usd=1, reason="r", request_id=new_request())
        ),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")


async def test_a_user_is_changed_where_the_mask_says_so(users: "UserServiceAsyncStub") -> None:
    user = await made(users, display_name="Alice", disabled=True)
    request = messages.UpdateUserRequest(
        user=User(name="users/alice", prepaid=True), update_mask=FieldMask(paths=["disabled", "prepaid"])
    )
    updated = (await users.UpdateUser(request)).user
    assert (updated.display_name, updated.disabled, updated.prepaid) == ("Alice", False, True)
    assert updated.balance_nano_usd == 0
    assert updated.etag != user.etag
    assert await got(users) == updated


async def test_a_change_that_changes_nothing_leaves_no_trace(world: AdminWorld, users: "UserServiceAsyncStub") -> None:
    user = await made(users, display_name="Alice")
    version = await world.store.version()
    request = messages.UpdateUserRequest(user=user, update_mask=FieldMask(paths=["*"]))
    assert (await users.UpdateUser(request)).user == user
    assert await world.store.version() == version


async def test_whoever_stops_being_prepaid_loses_the_balance(users: "UserServiceAsyncStub") -> None:
    await users.CreateUser(messages.CreateUserRequest(user_id="alice", balance_nano_usd=5))
    request = messages.UpdateUserRequest(user=User(name="users/alice"), update_mask=FieldMask(paths=["prepaid"]))
    assert not (await users.UpdateUser(request)).user.prepaid
    request.user.prepaid = True
    assert (await users.UpdateUser(request)).user.balance_nano_usd == 0


async def test_a_change_of_a_prepaid_user_keeps_the_balance(users: "UserServiceAsyncStub") -> None:
    await users.CreateUser(messages.CreateUserRequest(user_id="alice", balance_nano_usd=5))
    request = messages.UpdateUserRequest(user=User(name="users/alice", disabled=True, balance_nano_usd=9))
    assert (await users.UpdateUser(request)).user.balance_nano_usd == 5


async def test_an_etag_of_before_does_not_fit(users: "UserServiceAsyncStub") -> None:
    before = await made(users)
    await users.UpdateUser(messages.UpdateUserRequest(user=User(name="users/alice", disabled=True)))
    for call in (
        users.UpdateUser(messages.UpdateUserRequest(user=User(name="users/alice", etag=before.etag, prepaid=True))),
        users.DeleteUser(messages.DeleteUserRequest(name="users/alice", etag=before.etag)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    await deleted(users)
    status = await refused(users.UndeleteUser(messages.UndeleteUserRequest(name="users/alice", etag=before.etag)))
    assert status.reason == "ETAG_MISMATCH"


async def test_an_etag_that_is_up_to_date_fits(users: "UserServiceAsyncStub") -> None:
    user = await made(users)
    user = (
        await users.UpdateUser(messages.UpdateUserRequest(user=User(name=user.name, etag=user.etag, prepaid=True)))
    ).user
    user = (await users.DeleteUser(messages.DeleteUserRequest(name=user.name, etag=user.etag))).user
    user = (await users.UndeleteUser(messages.UndeleteUserRequest(name=user.name, etag=user.etag))).user
    assert user.state == user_pb2.USER_STATE_ACTIVE


@pytest.mark.parametrize(
    ("user", "path", "field"),
    [
        (User(), "disabled", "user.name"),
        (User(name="users/-"), "disabled", "user.name"),
        (User(name="users/alice"), "nonsense", "update_mask"),
        (User(name="users/alice", display_name="\0"), "display_name", "user.display_name"),
    ],
)
async def test_a_bad_change_is_refused(users: "UserServiceAsyncStub", user: User, path: str, field: str) -> None:
    await made(users)
    request = messages.UpdateUserRequest(user=user, update_mask=FieldMask(paths=[path]))
    status = await refused(users.UpdateUser(request))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", (field,))


async def test_a_deleted_user_is_shown_but_not_changed(users: "UserServiceAsyncStub") -> None:
    await made(users)
    gone = await deleted(users)
    assert gone.state == user_pb2.USER_STATE_DELETED
    assert gone.HasField("delete_time")
    assert await got(users) == gone
    status = await refused(users.UpdateUser(messages.UpdateUserRequest(user=User(name="users/alice", disabled=True))))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")


async def test_deleting_again_is_a_failure_unless_that_is_allowed(users: "UserServiceAsyncStub") -> None:
    await made(users)
    gone = await deleted(users)
    assert (await refused(deleted(users))).reason == "RESOURCE_NOT_FOUND"
    again = await users.DeleteUser(messages.DeleteUserRequest(name="users/alice", allow_missing=True))
    assert again.user == gone
    nobody = await users.DeleteUser(messages.DeleteUserRequest(name="users/nobody", allow_missing=True))
    assert not nobody.HasField("user")


async def test_a_deleted_user_comes_back(users: "UserServiceAsyncStub") -> None:
    await made(users, display_name="Alice")
    await deleted(users)
    back = (await users.UndeleteUser(messages.UndeleteUserRequest(name="users/alice"))).user
    assert (back.display_name, back.state) == ("Alice", user_pb2.USER_STATE_ACTIVE)
    assert await got(users) == back
    status = await refused(users.UndeleteUser(messages.UndeleteUserRequest(name="users/alice")))
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")


async def test_a_user_whose_name_is_taken_by_now_does_not_come_back(users: "UserServiceAsyncStub") -> None:
    first = await made(users)
    await deleted(users)
    await made(users)
    for name in ("users/alice", f"users/{first.uid}"):
        status = await refused(users.UndeleteUser(messages.UndeleteUserRequest(name=name)))
        assert status.reason == "ALREADY_EXISTS"


async def test_users_are_listed_page_by_page_as_they_were_made(users: "UserServiceAsyncStub") -> None:
    made_names = [(await made(users, f"user-{number}")).name for number in range(5)]
    names: list[str] = []
    token, sizes = "", []
    while True:
        page = await users.ListUsers(messages.ListUsersRequest(page_size=2, page_token=token))
        names.extend(user.name for user in page.users)
        sizes.append(len(page.users))
        token = page.next_page_token
        if not token:
            break
    assert sorted(names) == made_names
    assert sizes == [2, 2, 1]


async def test_users_are_filtered(users: "UserServiceAsyncStub") -> None:
    await made(users, "team-a", display_name="First Team")
    await made(users, "team-b", disabled=True)
    await made(users, "alice")
    assert sorted(await listed(users, filter='id = "team-*"')) == ["users/team-a", "users/team-b"]
    assert await listed(users, filter="id = team-* AND disabled = false") == ["users/team-a"]
    assert await listed(users, filter='display_name = "First*"') == ["users/team-a"]
    assert await listed(users, filter="managed_by = FILE") == []
    assert len(await listed(users, filter="managed_by != FILE")) == 3
    assert await listed(users, filter='create_time < "2020-01-01T00:00:00Z"') == []
    assert len(await listed(users, filter='update_time > "2020-01-01T00:00:00Z"')) == 3


async def test_deleted_users_are_listed_where_they_are_asked_for(users: "UserServiceAsyncStub") -> None:
    await made(users)
    await deleted(users)
    assert await listed(users) == []
    assert await listed(users, show_deleted=True) == ["users/alice"]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (messages.ListUsersRequest(page_size=-1), "page_size"),
        (messages.ListUsersRequest(page_token="x"), "page_token"),
        (messages.ListUsersRequest(filter="nonsense"), "filter"),
    ],
)
async def test_a_bad_list_is_refused(
    users: "UserServiceAsyncStub", request_: messages.ListUsersRequest, field: str
) -> None:
    status = await refused(users.ListUsers(request_))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", (field,))
