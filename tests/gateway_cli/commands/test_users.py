"""`weir users`: what it asks of the gateway, and what it shows of the answers."""

import msgspec
import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.managed_by_pb2 import MANAGED_BY_API
from weir.admin.v1.user_pb2 import USER_STATE_ACTIVE, User
from weir.admin.v1.user_service_pb2 import (
    AdjustUserBalanceRequest,
    AdjustUserBalanceResponse,
    CreateUserRequest,
    CreateUserResponse,
    DeleteUserRequest,
    DeleteUserResponse,
    GetUserRequest,
    GetUserResponse,
    ListUsersRequest,
    ListUsersResponse,
    UndeleteUserRequest,
    UpdateUserRequest,
)

ALICE = User(
    name="users/alice",
    uid="usr_1",
    display_name="Alice",
    managed_by=MANAGED_BY_API,
    state=USER_STATE_ACTIVE,
    prepaid=True,
    balance_nano_usd=12_500_000_001,
)
ALICE.create_time.FromJsonString("2026-11-21T12:00:00.5Z")
BOB = User(name="users/bob", state=USER_STATE_ACTIVE)

REQUESTS = [
    ("list", ListUsersRequest(page_size=1000)),
    (
        "list --filter disabled=true --deleted",
        ListUsersRequest(page_size=1000, filter="disabled=true", show_deleted=True),
    ),
    ("list --limit 5", ListUsersRequest(page_size=5)),
    ("get alice", GetUserRequest(name="users/alice")),
    ("get users/alice", GetUserRequest(name="users/alice")),
    ("create alice", CreateUserRequest(user_id="alice", user=User())),
    (
        "create users/alice --display-name Alice --balance 0.000000001 --disable",
        CreateUserRequest(user_id="alice", user=User(display_name="Alice", disabled=True), balance_nano_usd=1),
    ),
    (
        "update alice --enable --not-prepaid --if-unchanged 2-ab",
        UpdateUserRequest(
            user=User(name="users/alice", etag="2-ab"), update_mask=FieldMask(paths=["disabled", "prepaid"])
        ),
    ),
    (
        "update alice --display-name=",
        UpdateUserRequest(user=User(name="users/alice"), update_mask=FieldMask(paths=["display_name"])),
    ),
    (
        "delete alice --etag 2-ab --allow-missing",
        DeleteUserRequest(name="users/alice", etag="2-ab", allow_missing=True),
    ),
    ("undelete usr_1 --etag 3-cd", UndeleteUserRequest(name="users/usr_1", etag="3-cd")),
    (
        "adjust alice --by -1.5 --reason refund",
        AdjustUserBalanceRequest(name="users/alice", delta_nano_usd=-1_500_000_000, reason="refund"),
    ),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("users", *line.split()) == request_


def test_a_list_is_a_table_of_what_people_look_for() -> None:
    with answering_admin({"ListUsers": ListUsersResponse(users=[ALICE, BOB])}) as admin:
        result = weir("users", "list", admin=admin)
    assert result.stdout.splitlines() == [
        "USER   STATE   NAME   BALANCE           MANAGED BY  CREATED",
        "alice  active  Alice  12.500000001 USD  api         2026-11-21T12:00:00Z",
        "bob    active  -      -                 -           -",
    ]


def test_a_list_goes_through_every_page() -> None:
    pages = [ListUsersResponse(users=[ALICE], next_page_token="p2"), ListUsersResponse(users=[BOB])]
    with answering_admin({"ListUsers": pages}) as admin:
        result = weir("users", "list", "--filter", "x", "-o", "json", admin=admin)
    assert [user["name"] for user in msgspec.json.decode(result.stdout)] == ["users/alice", "users/bob"]
    assert admin.requests == [
        ListUsersRequest(page_size=1000, filter="x"),
        ListUsersRequest(page_size=1000, filter="x", page_token="p2"),
    ]


def test_a_bounded_list_asks_for_no_more_than_it_shows() -> None:
    pages = [ListUsersResponse(users=[ALICE, BOB], next_page_token="p2"), ListUsersResponse(users=[ALICE, BOB])]
    with answering_admin({"ListUsers": pages}) as admin:
        result = weir("users", "list", "--limit", "3", admin=admin)
    assert len(result.stdout.splitlines()) == 4
    assert [request.page_size for request in admin.asked(ListUsersRequest)] == [3, 1]


def test_a_bounded_list_does_not_ask_for_a_page_it_does_not_show() -> None:
    page = ListUsersResponse(users=[ALICE, BOB], next_page_token="p2")
    with answering_admin({"ListUsers": page}) as admin:
        weir("users", "list", "--limit", "2", admin=admin)
    assert len(admin.requests) == 1


def test_one_user_is_shown_with_every_field() -> None:
    with answering_admin({"GetUser": GetUserResponse(user=ALICE)}) as admin:
        result = weir("users", "get", "alice", admin=admin)
    assert [line.split(maxsplit=1) for line in result.stdout.splitlines()] == [
        ["FIELD", "VALUE"],
        ["name", "users/alice"],
        ["uid", "usr_1"],
        ["display_name", "Alice"],
        ["managed_by", "api"],
        ["create_time", "2026-11-21T12:00:00Z"],
        ["disabled", "no"],
        ["state", "active"],
        ["prepaid", "yes"],
        ["balance", "12.500000001 USD"],
    ]


def test_a_change_is_a_sentence_to_people_and_the_record_to_programs() -> None:
    with answering_admin({"CreateUser": CreateUserResponse(user=ALICE)}) as admin:
        assert weir("users", "create", "alice", admin=admin).stdout == "user alice created\n"
        record = msgspec.json.decode(weir("users", "create", "alice", "-o", "json", admin=admin).stdout)
    assert (record["name"], record["display_name"], record["disabled"]) == ("users/alice", "Alice", False)


def test_deleting_says_what_was_deleted_or_that_nothing_was() -> None:
    with answering_admin({"DeleteUser": [DeleteUserResponse(user=ALICE), DeleteUserResponse()]}) as admin:
        assert weir("users", "delete", "alice", admin=admin).stdout == "user alice deleted\n"
        assert weir("users", "delete", "alice", "--allow-missing", admin=admin).stdout == "there is no user alice\n"
        nothing = weir("users", "delete", "alice", "--allow-missing", "-o", "json", admin=admin).stdout
    assert msgspec.json.decode(nothing) == {"name": "users/alice"}


def test_a_new_balance_is_told() -> None:
    with answering_admin({"AdjustUserBalance": AdjustUserBalanceResponse(user=ALICE)}) as admin:
        result = weir("users", "adjust", "alice", "--by", "1", "--reason", "gift", admin=admin)
    assert result.stdout == "balance of alice: 12.500000001 USD\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("update alice", "there is nothing to change"),
        ("get alice/laptop", "must look like alice or users/alice"),
        ("create alice --balance 0.0000000001", "may have 9 decimals"),
        ("create alice --balance ten", "is no amount of USD"),
        ("adjust alice --by 1", "--reason"),
        ("list --limit 0", "--limit"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(line: str, sentence: str) -> None:
    with answering_admin({}) as admin:
        result = weir("users", *line.split(), admin=admin)
    assert (result.exit_code, admin.requests) == (2, [])
    assert sentence in told(result)
