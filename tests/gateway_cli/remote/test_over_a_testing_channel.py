"""What commands send, to the letter and before anybody answers, and what they make of each answer."""

import uuid
from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.rpc.error_details_pb2 import BadRequest, RequestInfo, RetryInfo

from gateway_cli.commands import users
from gateway_cli.remote.failures import RemoteFailed
from gateway_cli.remote.options import Page, new_request_id
from tests.fakes.answering_admin import REPEATABLE, Refusal
from tests.fakes.observed_channel import ADDRESS, SOON, TIMEOUT, TOKEN, ObservedChannel, observed_channel
from weir.admin.v1 import config_service_pb2, user_service_pb2
from weir.admin.v1.config_service_pb2 import WatchConfigRequest, WatchConfigResponse
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub
from weir.admin.v1.user_pb2 import User
from weir.admin.v1.user_service_pb2 import (
    CreateUserRequest,
    CreateUserResponse,
    GetUserRequest,
    ListUsersRequest,
    ListUsersResponse,
    UpdateUserRequest,
    UpdateUserResponse,
)

RPCS = user_service_pb2.DESCRIPTOR.services_by_name["UserService"].methods_by_name
WATCH = config_service_pb2.DESCRIPTOR.services_by_name["ConfigService"].methods_by_name["WatchConfig"]
ALICE, BOB = User(name="users/alice"), User(name="users/bob")
CODE = grpc.StatusCode


@pytest.fixture
def channel() -> Iterator[ObservedChannel]:
    """Gives a channel and a Remote on it."""
    with observed_channel() as opened:
        yield opened


def test_a_change_names_the_fields_that_were_given_and_proves_who_asks(channel: ObservedChannel) -> None:
    fields = users.UserFields(display_name="", disabled=False)
    command = channel.run(lambda: users.update(channel.remote, "alice", fields, prepaid=True, etag="2-ab"))
    sent = channel.answered(RPCS["UpdateUser"], UpdateUserRequest, UpdateUserResponse(user=ALICE))
    assert sent.request == UpdateUserRequest(
        user=User(name="users/alice", etag="2-ab", prepaid=True),
        update_mask=FieldMask(paths=["display_name", "disabled", "prepaid"]),
    )
    assert (sent.metadata["authorization"], sent.timeout) == (f"Bearer {TOKEN}", TIMEOUT)
    assert channel.shown(command) == "user alice updated\n"


def test_each_creation_has_an_id_of_its_own(channel: ObservedChannel) -> None:
    ids = []
    for _ in range(2):
        command = channel.run(
            lambda: users.create(channel.remote, "alice", users.UserFields(), request_id=new_request_id())
        )
        sent = channel.answered(RPCS["CreateUser"], CreateUserRequest, CreateUserResponse(user=ALICE))
        ids.append(uuid.UUID(sent.request.request_id))
        sent.request.ClearField("request_id")
        assert sent.request == CreateUserRequest(user_id="alice", user=User())
        command.result(SOON)
    assert [one.version for one in ids] == [REPEATABLE] * 2
    assert ids[0] != ids[1]


def test_the_second_page_is_asked_for_as_the_first_was_and_with_its_token(channel: ObservedChannel) -> None:
    command = channel.run(lambda: users.list_users(channel.remote, Page("disabled = true"), deleted=True))
    pages = [ListUsersResponse(users=[ALICE], next_page_token="p2"), ListUsersResponse(users=[BOB])]
    sent = [channel.answered(RPCS["ListUsers"], ListUsersRequest, page) for page in pages]
    first = ListUsersRequest(page_size=1000, filter="disabled = true", show_deleted=True)
    second = ListUsersRequest(page_size=1000, filter="disabled = true", show_deleted=True, page_token="p2")
    assert [call.request for call in sent] == [first, second]
    assert [(call.metadata["authorization"], call.timeout) for call in sent] == [(f"Bearer {TOKEN}", TIMEOUT)] * 2
    assert [line.split()[0] for line in channel.shown(command).splitlines()] == ["USER", "alice", "bob"]


def test_nothing_is_shown_of_a_list_that_breaks_off(channel: ObservedChannel) -> None:
    command = channel.run(lambda: users.list_users(channel.remote, Page()))
    channel.answered(RPCS["ListUsers"], ListUsersRequest, ListUsersResponse(users=[ALICE], next_page_token="p2"))
    away = Refusal(
        CODE.UNAVAILABLE, "the database is away", "STORE_UNAVAILABLE", (RetryInfo(retry_delay=Duration(seconds=2)),)
    )
    channel.refused(RPCS["ListUsers"], ListUsersRequest, away)
    with pytest.raises(RemoteFailed) as failed:
        channel.shown(command)
    assert str(failed.value) == "the database is away; try again in 2 s [STORE_UNAVAILABLE]"
    assert failed.value.status == 5


def test_a_refusal_is_told_by_its_details(channel: ObservedChannel) -> None:
    command = channel.run(lambda: users.get(channel.remote, "alice"))
    violation = BadRequest.FieldViolation(field="name", description="must have at most 128 letters")
    details = (BadRequest(field_violations=[violation]), RequestInfo(request_id="r-1"))
    refusal = Refusal(CODE.INVALID_ARGUMENT, "not told", "INVALID_REQUEST", details)
    assert channel.refused(RPCS["GetUser"], GetUserRequest, refusal).request == GetUserRequest(name="users/alice")
    with pytest.raises(RemoteFailed) as failed:
        command.result(SOON)
    assert str(failed.value) == "name: must have at most 128 letters [INVALID_REQUEST, request r-1]"
    assert failed.value.status == 1


def test_a_creation_that_took_too_long_says_how_to_repeat_it(channel: ObservedChannel) -> None:
    command = channel.run(
        lambda: users.create(channel.remote, "alice", users.UserFields(), request_id=new_request_id())
    )
    late = Refusal(CODE.DEADLINE_EXCEEDED, "Deadline Exceeded")
    sent = channel.refused(RPCS["CreateUser"], CreateUserRequest, late)
    with pytest.raises(RemoteFailed) as failed:
        command.result(SOON)
    assert str(failed.value) == (
        f"no answer from {ADDRESS} within {TIMEOUT:g} s: give it more time with --timeout; whether it was done is not "
        f"known; to repeat it safely, add --request-id {sent.request.request_id}"
    )
    assert failed.value.status == 5


def test_a_stream_that_is_left_is_cancelled_and_not_only_forgotten(channel: ObservedChannel) -> None:
    asked = WatchConfigRequest(watcher_id="w", resume_version=3)
    replies = channel.remote.follow(channel.remote.stub(ConfigServiceStub).WatchConfig, asked)
    first = channel.run(lambda: next(replies))
    sent, call = channel.taken(WATCH, WatchConfigRequest)
    assert (sent.request, sent.metadata["authorization"], sent.timeout) == (asked, f"Bearer {TOKEN}", None)
    call.send_response(WatchConfigResponse())
    assert first.result(SOON) == WatchConfigResponse()
    replies.close()
    call.cancelled()
