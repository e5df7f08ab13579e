"""`weir tokens`: what it asks of the gateway, and how tokens are shown."""

import pytest
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, weir
from weir.admin.v1.admin_token_pb2 import (
    ADMIN_ROLE_OPERATOR,
    ADMIN_ROLE_OWNER,
    ADMIN_TOKEN_STATE_ACTIVE,
    AdminCaller,
    AdminToken,
)
from weir.admin.v1.admin_token_service_pb2 import (
    CreateAdminTokenRequest,
    CreateAdminTokenResponse,
    GetAdminCallerRequest,
    GetAdminCallerResponse,
    GetAdminTokenRequest,
    ListAdminTokensRequest,
    ListAdminTokensResponse,
    RevokeAdminTokenRequest,
    RevokeAdminTokenResponse,
)

DEPLOY = AdminToken(name="adminTokens/deploy", role=ADMIN_ROLE_OPERATOR, state=ADMIN_TOKEN_STATE_ACTIVE, hint="wadm_ab")
REQUESTS = [
    ("list --filter revoked=false", ListAdminTokensRequest(page_size=1000, filter="revoked=false")),
    ("get deploy", GetAdminTokenRequest(name="adminTokens/deploy")),
    ("create --role owner", CreateAdminTokenRequest(admin_token=AdminToken(role=ADMIN_ROLE_OWNER))),
    (
        "create deploy --role operator",
        CreateAdminTokenRequest(admin_token_id="deploy", admin_token=AdminToken(role=ADMIN_ROLE_OPERATOR)),
    ),
    (
        "revoke adminTokens/deploy --reason old --etag 1-ab",
        RevokeAdminTokenRequest(name="adminTokens/deploy", reason="old", etag="1-ab"),
    ),
    ("whoami", GetAdminCallerRequest()),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("tokens", *line.split()) == request_


def test_a_new_token_stands_out_and_is_shown_once() -> None:
    reply = CreateAdminTokenResponse(admin_token=DEPLOY, secret="wadm_new")
    with answering_admin({"CreateAdminToken": reply}) as admin:
        result = weir("tokens", "create", "deploy", "--role", "operator", admin=admin)
    assert result.stdout == "token deploy created\nadmin token (shown once, keep it): wadm_new\n"


def test_tokens_are_listed_with_their_role() -> None:
    with answering_admin({"ListAdminTokens": ListAdminTokensResponse(admin_tokens=[DEPLOY])}) as admin:
        result = weir("tokens", "list", admin=admin)
    assert result.stdout.splitlines()[1].split() == ["deploy", "operator", "active", "wadm_ab", "-", "-", "-"]


def test_revoking_says_so() -> None:
    with answering_admin({"RevokeAdminToken": RevokeAdminTokenResponse(admin_token=DEPLOY)}) as admin:
        assert weir("tokens", "revoke", "deploy", admin=admin).stdout == "token deploy revoked\n"


def test_one_can_ask_who_one_is() -> None:
    caller = AdminCaller(credential="adminTokens/deploy", role=ADMIN_ROLE_OPERATOR, address="10.0.0.7")
    with answering_admin({"GetAdminCaller": GetAdminCallerResponse(caller=caller)}) as admin:
        lines = weir("tokens", "whoami", admin=admin).stdout.splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["credential", "adminTokens/deploy"],
        ["role", "operator"],
        ["address", "10.0.0.7"],
    ]


def test_a_token_needs_a_role_that_there_is() -> None:
    with answering_admin({}) as admin:
        assert weir("tokens", "create", "x", admin=admin).exit_code == 2
        assert weir("tokens", "create", "x", "--role", "king", admin=admin).exit_code == 2
    assert admin.requests == []
