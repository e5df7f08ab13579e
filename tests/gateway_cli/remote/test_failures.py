"""Every failure of an rpc is one line that says what to do, and a status that scripts can tell apart."""

import socket

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, RequestInfo, RetryInfo

from gateway_cli.remote.failures import failure_of
from tests.fakes.answering_admin import Refusal, answering_admin, weir
from tests.fakes.deaf_port import deaf_port
from weir.admin.v1.user_service_pb2 import CreateUserRequest, GetUserRequest

CODE = grpc.StatusCode
FIELDS = BadRequest(
    field_violations=[
        BadRequest.FieldViolation(field="user_id", description="must be 1 to 128 letters"),
        BadRequest.FieldViolation(field="user.display_name", description="must have at most 200 characters"),
    ]
)
SOON = RetryInfo(retry_delay=Duration(nanos=250_000_000))
FAILURES = [
    (Refusal(CODE.NOT_FOUND, "there is no user x", "RESOURCE_NOT_FOUND"), 3, "there is no user x [RESOURCE_NOT_FOUND]"),
    (
        Refusal(CODE.INVALID_ARGUMENT, "user_id: must be (and 1 more)", "INVALID_REQUEST", (FIELDS,)),
        1,
        "user_id: must be 1 to 128 letters; user.display_name: must have at most 200 characters [INVALID_REQUEST]",
    ),
    (
        Refusal(CODE.PERMISSION_DENIED, "a viewer changes nothing", "PERMISSION_DENIED"),
        4,
        "a viewer changes nothing; `weir tokens whoami` says what this token may do [PERMISSION_DENIED]",
    ),
    (
        Refusal(CODE.UNAUTHENTICATED, "the admin token is not valid", "ADMIN_TOKEN_INVALID"),
        4,
        "the admin token is not valid; set WEIR_ADMIN_TOKEN, or use --token-file or a profile [ADMIN_TOKEN_INVALID]",
    ),
    (
        Refusal(CODE.ABORTED, "the record has changed", "ETAG_MISMATCH"),
        1,
        "the record has changed [ETAG_MISMATCH]",
    ),
    (
        Refusal(CODE.UNAVAILABLE, "the database is away", "STORE_UNAVAILABLE", (SOON,)),
        5,
        "the database is away; try again in 0.25 s [STORE_UNAVAILABLE]",
    ),
    (
        Refusal(CODE.INTERNAL, "something broke", "INTERNAL", (RequestInfo(request_id="r-1"),)),
        1,
        "something broke [INTERNAL, request r-1]",
    ),
    (
        Refusal(CODE.NOT_FOUND, "gone", "RESOURCE_NOT_FOUND", trailers=(("x-request-id", "r-2"),)),
        3,
        "gone [RESOURCE_NOT_FOUND, request r-2]",
    ),
    (Refusal(CODE.ABORTED, "two\nlines \x1b[31mred", "X"), 1, "two lines  [31mred [X]"),
    (Refusal(CODE.ABORTED, "", "X"), 1, "ABORTED [X]"),
    (
        Refusal(CODE.UNAUTHENTICATED, "no token"),
        4,
        "no token; set WEIR_ADMIN_TOKEN, or use --token-file or a profile",
    ),
]


@pytest.mark.parametrize(("refusal", "status", "line"), FAILURES, ids=[line for _, _, line in FAILURES])
def test_a_failure_is_one_line_and_a_status(refusal: Refusal, status: int, line: str) -> None:
    with answering_admin({"GetUser": refusal}) as admin:
        result = weir("users", "get", "x", admin=admin)
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", f"weir: {line}\n")


@pytest.mark.parametrize(
    ("refusal", "status", "sentence"),
    [
        (Refusal(CODE.UNIMPLEMENTED, "Method not found!"), 1, "is not the admin service of a gateway of this version"),
        (Refusal(CODE.UNKNOWN, "what?"), 1, "answers UNKNOWN: what?"),
        (Refusal(CODE.ABORTED, "x", trailers=(("grpc-status-details-bin", b"\xff"),)), 1, "answers ABORTED: x"),
    ],
)
def test_a_stranger_that_answers_is_named(refusal: Refusal, status: int, sentence: str) -> None:
    with answering_admin({"GetUser": refusal}) as admin:
        result = weir("users", "get", "x", admin=admin)
    assert result.exit_code == status
    assert result.stderr.startswith(f"weir: {admin.address} {sentence}")


def test_a_gateway_that_is_not_there_is_told_with_its_address() -> None:
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{unheard.getsockname()[1]}"
        result = weir("users", "get", "x", variables={"WEIR_ADMIN_ADDRESS": address, "WEIR_ADMIN_TOKEN": "t"})
    assert result.exit_code == 5
    assert result.stderr.startswith(f"weir: no gateway answers at {address}: start one with `weir up`, or say where")
    assert result.stderr.count("\n") == 1


def test_a_gateway_that_says_nothing_is_not_waited_for() -> None:
    with deaf_port() as url:
        address = url.removeprefix("http://").removesuffix("/v1")
        variables = {"WEIR_ADMIN_ADDRESS": address, "WEIR_ADMIN_TOKEN": "t"}
        result = weir("users", "create", "x", "--timeout", "200ms", variables=variables)
    assert result.exit_code == 5
    assert f"no answer from {address} within 0.2 s: give it more time with --timeout" in result.stderr


def test_a_call_whose_end_is_not_known_can_be_repeated() -> None:
    with answering_admin({"CreateUser": Refusal(CODE.UNAVAILABLE, "away", "STORE_UNAVAILABLE")}) as admin:
        result = weir("users", "create", "x", admin=admin)
    request_id = admin.only(CreateUserRequest).request_id
    assert f"to repeat it safely, add --request-id {request_id}" in result.stderr


def test_a_call_that_was_refused_needs_no_repeating() -> None:
    with answering_admin({"CreateUser": Refusal(CODE.ALREADY_EXISTS, "taken", "ALREADY_EXISTS")}) as admin:
        result = weir("users", "create", "x", admin=admin)
    assert result.stderr == "weir: taken [ALREADY_EXISTS]\n"


def test_without_a_token_nobody_is_asked() -> None:
    with answering_admin({}) as admin:
        result = weir("users", "list", variables={"WEIR_ADMIN_ADDRESS": admin.address})
    assert (result.exit_code, admin.requests) == (4, [])
    assert result.stderr.startswith("weir: an admin token is wanted: set WEIR_ADMIN_TOKEN")


def test_an_error_that_is_no_call_is_told_too() -> None:
    failed = failure_of(grpc.RpcError(), "weir:1", 1.0, GetUserRequest())
    assert (str(failed), failed.status) == ("the call to weir:1 failed", 1)
