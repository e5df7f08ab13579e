"""AdminTokenService over a real connection: tokens are made and revoked, and an owner is always left."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode

from gateway_core.identity.api_key_format import checksum_holds
from gateway_core.records.admin_token import Role
from gateway_core.storage.query import Where
from tests.fakes.admin_calls import MovableTime, ahead, new_request, refused
from tests.fakes.admin_world import ACTOR, ROLES, AdminWorld, running_admin
from weir.admin.v1 import admin_token_pb2 as contract
from weir.admin.v1 import admin_token_service_pb2 as messages
from weir.admin.v1.admin_token_pb2 import AdminToken
from weir.admin.v1.admin_token_service_pb2_grpc import AdminTokenServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.admin_token_service_pb2_grpc import AdminTokenServiceAsyncStub

OWNER = contract.ADMIN_ROLE_OWNER
VIEWER = contract.ADMIN_ROLE_VIEWER


@pytest.fixture
def time() -> MovableTime:
    """Gives the time that the service goes by."""
    return MovableTime()


@pytest.fixture
async def world(time: MovableTime) -> AsyncIterator[AdminWorld]:
    """Runs an admin service, with a token named for each role."""
    async with running_admin(clock=time.clock()) as running:
        yield running


@pytest.fixture
def tokens(world: AdminWorld) -> "AdminTokenServiceAsyncStub":
    """Calls the service as an owner."""
    return world.stub(AdminTokenServiceStub)


async def made(
    tokens: "AdminTokenServiceAsyncStub", name_: str = "ada", **fields: object
) -> messages.CreateAdminTokenResponse:
    """Makes a token."""
    token = AdminToken(**{"role": VIEWER, **fields})  # type: ignore[arg-type] # fields of tests
    return await tokens.CreateAdminToken(messages.CreateAdminTokenRequest(admin_token_id=name_, admin_token=token))


async def got(tokens: "AdminTokenServiceAsyncStub", name: str = "adminTokens/ada") -> AdminToken:
    """Reads a token."""
    return (await tokens.GetAdminToken(messages.GetAdminTokenRequest(name=name))).admin_token


async def revoked(tokens: "AdminTokenServiceAsyncStub", name: str = "adminTokens/ada", **fields: str) -> AdminToken:
    """Revokes a token."""
    return (await tokens.RevokeAdminToken(messages.RevokeAdminTokenRequest(name=name, **fields))).admin_token


async def names(tokens: "AdminTokenServiceAsyncStub", written: str = "") -> list[str]:
    """Lists the ids of tokens."""
    response = await tokens.ListAdminTokens(messages.ListAdminTokensRequest(filter=written))
    return sorted(token.name.removeprefix("adminTokens/") for token in response.admin_tokens)


@pytest.mark.parametrize("role", ROLES)
async def test_everybody_hears_who_they_are(world: AdminWorld, role: Role) -> None:
    caller = (await world.stub(AdminTokenServiceStub, role).GetAdminCaller(messages.GetAdminCallerRequest())).caller
    assert caller.credential == f"adminTokens/{role}"
    assert contract.AdminRole.Name(caller.role) == f"ADMIN_ROLE_{role.upper()}"
    assert caller.address == "127.0.0.1"
    assert not caller.HasField("expire_time")


async def test_a_key_that_may_read_hears_who_it_is(world: AdminWorld) -> None:
    end = datetime.now(UTC) + timedelta(hours=1)
    key = await world.add_api_key(operations=("admin_read",), expires_at=end)
    stub = world.stub_with(AdminTokenServiceStub, key)
    caller = (await stub.GetAdminCaller(messages.GetAdminCallerRequest())).caller
    assert (caller.credential, caller.role) == ("users/alice/apiKeys/laptop", VIEWER)
    assert caller.expire_time.ToDatetime(UTC) == end


async def test_a_token_is_made_and_shown_once(world: AdminWorld, tokens: "AdminTokenServiceAsyncStub") -> None:
    end = ahead(hours=1)
    response = await made(tokens, name="ignored", hint="ignored", expire_time=end)
    token, secret = response.admin_token, response.secret
    assert (token.name, token.role, token.state) == ("adminTokens/ada", VIEWER, contract.ADMIN_TOKEN_STATE_ACTIVE)
    assert token.uid.startswith("adm_")
    assert secret.startswith("wadm_")
    assert checksum_holds(secret)
    assert token.hint == f"{secret[:12]}…{secret[-4:]}"
    assert token.expire_time.ToMicroseconds() == end.ToMicroseconds()
    assert await got(tokens) == token
    assert await got(tokens, f"adminTokens/{token.uid}") == token
    caller = await world.stub_with(AdminTokenServiceStub, secret).GetAdminCaller(messages.GetAdminCallerRequest())
    assert caller.caller.credential == "adminTokens/ada"


async def test_the_gateway_chooses_an_id_if_nobody_else_does(tokens: "AdminTokenServiceAsyncStub") -> None:
    assert (await made(tokens, "")).admin_token.name.startswith("adminTokens/token-")


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (messages.CreateAdminTokenRequest(admin_token_id="a"), ("admin_token.role",)),
        (messages.CreateAdminTokenRequest(admin_token_id="a b"), ("admin_token_id",)),
        (
            messages.CreateAdminTokenRequest(admin_token=AdminToken(expire_time=Timestamp(seconds=1))),
            ("admin_token.role", "admin_token.expire_time"),
        ),
        (
            messages.CreateAdminTokenRequest(admin_token=AdminToken(role=VIEWER), request_id="1"),
            ("request_id",),
        ),
    ],
)
async def test_what_is_wrong_with_a_new_token_is_said_at_once(
    tokens: "AdminTokenServiceAsyncStub", request_: messages.CreateAdminTokenRequest, fields: tuple[str, ...]
) -> None:
    status = await refused(tokens.CreateAdminToken(request_))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", fields)


async def test_a_name_is_taken_for_ever(tokens: "AdminTokenServiceAsyncStub") -> None:
    await made(tokens)
    assert (await refused(made(tokens))).reason == "ALREADY_EXISTS"
    await revoked(tokens)
    status = await refused(made(tokens))
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")


async def test_a_repeated_request_makes_one_token_and_shows_no_secret(tokens: "AdminTokenServiceAsyncStub") -> None:
    request = messages.CreateAdminTokenRequest(admin_token=AdminToken(role=VIEWER), request_id=new_request())
    first = await tokens.CreateAdminToken(request)
    again = await tokens.CreateAdminToken(request)
    assert (again.admin_token, again.secret) == (first.admin_token, "")
    request.admin_token.role = OWNER
    status = await refused(tokens.CreateAdminToken(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")


async def test_what_is_not_there_cannot_be_found(tokens: "AdminTokenServiceAsyncStub") -> None:
    for call in (got(tokens), revoked(tokens)):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
    for call in (got(tokens, "ada"), revoked(tokens, "ada")):
        assert (await refused(call)).fields == ("name",)


async def test_a_revoked_token_ends_for_ever(world: AdminWorld, tokens: "AdminTokenServiceAsyncStub") -> None:
    response = await made(tokens)
    stub = world.stub_with(AdminTokenServiceStub, response.secret)
    await stub.GetAdminCaller(messages.GetAdminCallerRequest())
    token = await revoked(tokens, reason="left the house", etag=response.admin_token.etag)
    assert (token.state, token.revoke_reason) == (contract.ADMIN_TOKEN_STATE_REVOKED, "left the house")
    assert token.HasField("revoke_time")
    assert token.etag != response.admin_token.etag
    assert await got(tokens) == token
    assert (await refused(stub.GetAdminCaller(messages.GetAdminCallerRequest()))).reason == "ADMIN_TOKEN_INVALID"
    async with world.store.reading() as reading:
        (entry,) = await reading.audit.page(where=[Where("uid", "=", token.uid), Where("action", "=", "revoke")])
    assert entry.actor.reason == "left the house"


async def test_revoking_again_changes_nothing(
    world: AdminWorld, tokens: "AdminTokenServiceAsyncStub", time: MovableTime
) -> None:
    await made(tokens)
    token = await revoked(tokens, reason="lost")
    version = await world.store.version()
    time.move(hours=1)
    assert await revoked(tokens, reason="found") == token
    assert await world.store.version() == version


async def test_a_bad_revocation_is_refused(tokens: "AdminTokenServiceAsyncStub") -> None:
    token = (await made(tokens)).admin_token
    assert (await refused(revoked(tokens, reason="r" * 501))).fields == ("reason",)
    status = await refused(revoked(tokens, etag="other"))
    assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    assert await got(tokens) == token


async def test_the_last_owner_cannot_be_revoked(tokens: "AdminTokenServiceAsyncStub") -> None:
    await made(tokens, "expiring", role=OWNER, expire_time=ahead(hours=1))
    await made(tokens, "revoked", role=OWNER)
    await revoked(tokens, "adminTokens/revoked")
    status = await refused(revoked(tokens, "adminTokens/owner"))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")
    await made(tokens, "second", role=OWNER)
    assert (await revoked(tokens, "adminTokens/owner")).state == contract.ADMIN_TOKEN_STATE_REVOKED


async def test_owners_whose_time_comes_can_be_revoked_while_another_works(
    tokens: "AdminTokenServiceAsyncStub", time: MovableTime
) -> None:
    for name in ("first", "second"):
        await made(tokens, name, role=OWNER, expire_time=ahead(hours=1))
    await revoked(tokens, "adminTokens/first")
    time.move(hours=2)
    assert (await got(tokens, "adminTokens/second")).state == contract.ADMIN_TOKEN_STATE_EXPIRED
    await revoked(tokens, "adminTokens/second")


async def test_of_owners_whose_time_comes_the_last_cannot_be_revoked(
    world: AdminWorld, tokens: "AdminTokenServiceAsyncStub"
) -> None:
    secret = (await made(tokens, "first", role=OWNER, expire_time=ahead(hours=1))).secret
    await made(tokens, "second", role=OWNER, expire_time=ahead(hours=2))
    async with world.store.changing(ACTOR) as change:
        owner = await change.admin_tokens.find(Where("name", "=", "owner"))
        assert owner is not None
        await change.admin_tokens.delete(owner.uid)
    first = world.stub_with(AdminTokenServiceStub, secret)
    await revoked(first, "adminTokens/second")
    assert (await refused(revoked(first, "adminTokens/first"))).reason == "INVALID_STATE"


async def test_tokens_are_listed_with_those_that_no_longer_work(
    world: AdminWorld, tokens: "AdminTokenServiceAsyncStub"
) -> None:
    token = (await made(tokens)).admin_token
    used = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    await world.store.note_key_uses({token.uid: used})
    await revoked(tokens)
    assert await names(tokens) == ["ada", "billing", "operator", "owner", "viewer"]
    shown = (await tokens.ListAdminTokens(messages.ListAdminTokensRequest(filter="id = ada"))).admin_tokens
    assert list(shown) == [await got(tokens)]
    assert shown[0].last_use_time.ToDatetime(UTC) == used


async def test_pages_go_on_until_the_end(tokens: "AdminTokenServiceAsyncStub") -> None:
    first = await tokens.ListAdminTokens(messages.ListAdminTokensRequest(page_size=3))
    second = await tokens.ListAdminTokens(
        messages.ListAdminTokensRequest(page_size=3, page_token=first.next_page_token)
    )
    assert (len(first.admin_tokens), len(second.admin_tokens), second.next_page_token) == (3, 1, "")
    assert {token.name for token in (*first.admin_tokens, *second.admin_tokens)} == {
        f"adminTokens/{role}" for role in ROLES
    }


async def test_tokens_are_filtered(tokens: "AdminTokenServiceAsyncStub") -> None:
    token = (await made(tokens, expire_time=ahead(hours=1))).admin_token
    await revoked(tokens)
    for written, expected in {
        "role = OWNER": ["owner"],
        "role != OWNER AND revoked = false": ["billing", "operator", "viewer"],
        "revoked = true": ["ada"],
        "id = o*": ["operator", "owner"],
        f'hint = "{token.hint}"': ["ada"],
        "managed_by != API": [],
        'expire_time > "2020-01-01T00:00:00Z"': ["ada"],
        'revoke_time > "2020-01-01T00:00:00Z"': ["ada"],
        'create_time < "2020-01-01T00:00:00Z"': [],
    }.items():
        assert await names(tokens, written) == expected, written


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (messages.ListAdminTokensRequest(page_size=-1), "page_size"),
        (messages.ListAdminTokensRequest(page_token="x"), "page_token"),
        (messages.ListAdminTokensRequest(filter="role = CORE"), "filter"),
    ],
)
async def test_a_bad_list_is_refused(
    tokens: "AdminTokenServiceAsyncStub", request_: messages.ListAdminTokensRequest, field: str
) -> None:
    status = await refused(tokens.ListAdminTokens(request_))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", (field,))
