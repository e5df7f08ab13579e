"""`weir keys`: what it asks of the gateway, and how secrets are shown."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import yaml
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.api_key_pb2 import (
    API_KEY_OPERATION_ADMIN_READ,
    API_KEY_OPERATION_CHAT,
    API_KEY_STATE_ACTIVE,
    API_KEY_STATE_REVOKED,
    ApiKey,
    ApiKeyScopes,
    ApiKeySecret,
)
from weir.admin.v1.api_key_service_pb2 import (
    CreateApiKeyRequest,
    CreateApiKeyResponse,
    DeleteApiKeyRequest,
    GetApiKeyRequest,
    GetApiKeyResponse,
    ListApiKeysRequest,
    ListApiKeysResponse,
    RevokeApiKeyRequest,
    RevokeApiKeyResponse,
    RotateApiKeyRequest,
    RotateApiKeyResponse,
    UndeleteApiKeyRequest,
    UpdateApiKeyRequest,
)

LAPTOP = "users/alice/apiKeys/laptop"
SCOPES = "--model gpt-* --model fast --operation chat --operation admin_read --network 10.0.0.0/8"
SECRET = "gw_live_made_up"
KEY = ApiKey(
    name=LAPTOP,
    state=API_KEY_STATE_ACTIVE,
    hint="gw_live_ab…wxyz",
    scopes=ApiKeyScopes(models=["gpt-*", "fast"], operations=[API_KEY_OPERATION_CHAT]),
    secrets=[ApiKeySecret(id="1", hint="gw_live_ab…wxyz"), ApiKeySecret(id="2", hint="gw_live_cd…stuv")],
)
NEW_YEAR = Timestamp(seconds=int(datetime(2027, 1, 1, tzinfo=UTC).timestamp()))

REQUESTS = [
    ("list", ListApiKeysRequest(parent="users/-", page_size=1000)),
    ("list alice --deleted", ListApiKeysRequest(parent="users/alice", page_size=1000, show_deleted=True)),
    ("list users/alice --limit 2", ListApiKeysRequest(parent="users/alice", page_size=2)),
    ("get alice/laptop", GetApiKeyRequest(name=LAPTOP)),
    (f"get {LAPTOP}", GetApiKeyRequest(name=LAPTOP)),
    ("create alice", CreateApiKeyRequest(parent="users/alice", api_key=ApiKey())),
    ("create users/alice", CreateApiKeyRequest(parent="users/alice", api_key=ApiKey())),
    (
        f"create alice/laptop {SCOPES} --disable --expires 2027-01-01",
        CreateApiKeyRequest(
            parent="users/alice",
            api_key_id="laptop",
            api_key=ApiKey(
                disabled=True,
                expire_time=NEW_YEAR,
                scopes=ApiKeyScopes(
                    models=["gpt-*", "fast"],
                    operations=[API_KEY_OPERATION_CHAT, API_KEY_OPERATION_ADMIN_READ],
                    source_networks=["10.0.0.0/8"],
                ),
            ),
        ),
    ),
    (
        "update alice/laptop --expires never --model * --etag 2-ab",
        UpdateApiKeyRequest(
            api_key=ApiKey(name=LAPTOP, etag="2-ab", scopes=ApiKeyScopes(models=["*"])),
            update_mask=FieldMask(paths=["scopes.models", "expire_time"]),
        ),
    ),
    ("rotate alice/laptop", RotateApiKeyRequest(name=LAPTOP)),
    (
        "rotate alice/laptop --overlap 0 --expires 2027-01-01T00:00:00Z --etag 2-ab",
        RotateApiKeyRequest(name=LAPTOP, overlap=Duration(), expire_time=NEW_YEAR, etag="2-ab"),
    ),
    (
        "revoke alice/laptop --reason stolen --etag 2-ab",
        RevokeApiKeyRequest(name=LAPTOP, reason="stolen", etag="2-ab"),
    ),
    ("delete alice/laptop --allow-missing", DeleteApiKeyRequest(name=LAPTOP, allow_missing=True)),
    ("undelete alice/laptop", UndeleteApiKeyRequest(name=LAPTOP)),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("keys", *line.split()) == request_


def test_an_end_may_be_a_distance_from_now() -> None:
    request = requested("keys", "create", "alice", "--expires", "30d")
    assert isinstance(request, CreateApiKeyRequest)
    left = request.api_key.expire_time.ToDatetime(UTC) - datetime.now(UTC)
    assert timedelta(days=30) - timedelta(minutes=1) < left <= timedelta(days=30)


def test_a_new_key_stands_out_and_is_shown_once() -> None:
    with answering_admin({"CreateApiKey": CreateApiKeyResponse(api_key=KEY, secret=SECRET)}) as admin:
        result = weir("keys", "create", "alice/laptop", admin=admin)
    assert result.stdout == f"key alice/laptop created\napi key (shown once, keep it): {SECRET}\n"


@pytest.mark.parametrize(("form", "read"), [("json", msgspec.json.decode), ("yaml", yaml.safe_load)])
def test_programs_find_the_new_secret_beside_the_record(form: str, read: Callable[[str], object]) -> None:
    with answering_admin({"RotateApiKey": RotateApiKeyResponse(api_key=KEY, secret=SECRET)}) as admin:
        content = read(weir("keys", "rotate", "alice/laptop", "-o", form, admin=admin).stdout)
    assert isinstance(content, dict)
    assert (content["name"], content["secret"]) == (LAPTOP, SECRET)


def test_a_repeated_call_says_that_the_secret_is_gone() -> None:
    with answering_admin({"CreateApiKey": CreateApiKeyResponse(api_key=KEY)}) as admin:
        result = weir("keys", "create", "alice", "--request-id", "4f0c5d0e-7a53-4f52-b0a7-0d6a0c6a1f11", admin=admin)
    assert result.stdout.endswith("api key: not shown again, the first call with this --request-id had it\n")
    assert admin.only(CreateApiKeyRequest).request_id == "4f0c5d0e-7a53-4f52-b0a7-0d6a0c6a1f11"


def test_revoking_says_so() -> None:
    revoked = ApiKey(name=LAPTOP, state=API_KEY_STATE_REVOKED)
    with answering_admin({"RevokeApiKey": RevokeApiKeyResponse(api_key=revoked)}) as admin:
        assert weir("keys", "revoke", "alice/laptop", admin=admin).stdout == "key alice/laptop revoked\n"


def test_keys_are_listed_with_state_and_models() -> None:
    with answering_admin({"ListApiKeys": ListApiKeysResponse(api_keys=[KEY])}) as admin:
        result = weir("keys", "list", admin=admin)
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["KEY", "STATE", "SECRET", "MODELS", "EXPIRES", "LAST", "USED", "MANAGED", "BY"],
        ["alice/laptop", "active", "gw_live_ab…wxyz", "gpt-*", "fast", "-", "-", "-"],
    ]


def test_one_key_shows_scopes_and_each_of_its_secrets() -> None:
    with answering_admin({"GetApiKey": GetApiKeyResponse(api_key=KEY)}) as admin:
        lines = [line.split() for line in weir("keys", "get", "alice/laptop", admin=admin).stdout.splitlines()]
    assert ["scopes.models", "gpt-*,", "fast"] in lines
    assert ["scopes.operations", "chat"] in lines
    assert ["secrets", "id=1", "hint=gw_live_ab…wxyz"] in lines
    assert ["secrets", "id=2", "hint=gw_live_cd…stuv"] in lines


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("get laptop", "must look like alice/laptop or users/alice/apiKeys/laptop"),
        ("get users/alice/keys/laptop", "must look like"),
        ("get alice/", "must look like"),
        ("create a/b/c", "must look like"),
        ("create alice --operation fly", "--operation"),
        ("create alice --expires never", "is no time"),
        ("rotate alice/laptop --overlap soon", "is no duration"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(line: str, sentence: str) -> None:
    with answering_admin({}) as admin:
        result = weir("keys", *line.split(), admin=admin)
    assert (result.exit_code, admin.requests) == (2, [])
    assert sentence in told(result)
