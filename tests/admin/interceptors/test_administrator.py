"""Who may call what, over a real server: tokens, keys that may read, roles, guesses, and a store that is away."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from gateway_core.records.user import User
from gateway_core.storage.query import Page
from gateway_core.storage.store import Reading
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from tests.fakes.ailing_store import AilingStore
from tests.fakes.eventually import eventually
from tests.fakes.rich_status import RichStatus, rich_status
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1.admin_token_pb2 import AdminRole
from weir.admin.v1.admin_token_service_pb2 import GetAdminCallerRequest
from weir.admin.v1.admin_token_service_pb2_grpc import AdminTokenServiceStub
from weir.admin.v1.gateway_service_pb2 import GetGatewayRequest
from weir.admin.v1.gateway_service_pb2_grpc import GatewayServiceStub
from weir.admin.v1.user_service_pb2 import CreateUserRequest, ListUsersRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

PAST, FUTURE = datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=1)
LIST, WHO, GATEWAY = ListUsersRequest(), GetAdminCallerRequest(), GetGatewayRequest()
READS = ("admin_read",)


async def refusal(world: AdminWorld, credential: str, request: ListUsersRequest = LIST) -> RichStatus:
    """Gives how a call with a credential fails."""
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await world.stub_with(UserServiceStub, credential).ListUsers(request)
    return rich_status(refused.value)


async def caller(world: AdminWorld, credential: str) -> tuple[str, str]:
    """Gives whose credential it is and what it may do."""
    reply = await world.stub_with(AdminTokenServiceStub, credential).GetAdminCaller(WHO)
    return reply.caller.credential, AdminRole.Name(reply.caller.role)


async def revoke(world: AdminWorld, token: str) -> None:
    """Revokes a token behind the service's back."""
    async with world.store.changing(ACTOR) as change:
        uid = await uid_of(world, change, token)
        known = await change.admin_tokens.get(uid)
        await change.admin_tokens.update(uid, replace(known.value, revoked_at=PAST), action="revoke")


async def uid_of(world: AdminWorld, reading: Reading, credential: str) -> str:
    """Gives whose secret it is."""
    secret = await reading.key_hashes.find(world.vault.peppers.hashes(credential))
    assert secret is not None
    return secret.owner


async def test_a_token_says_who_calls_and_from_where() -> None:
    async with running_admin() as world:
        reply = await world.stub(AdminTokenServiceStub, "billing").GetAdminCaller(WHO)
        assert await caller(world, world.token("operator")) == ("adminTokens/operator", "ADMIN_ROLE_OPERATOR")
    assert reply.caller.credential == "adminTokens/billing"
    assert reply.caller.address == "127.0.0.1"


async def test_no_token_and_every_kind_of_bad_token_are_one_sentence() -> None:
    async with running_admin() as world:
        bad = [
            "",
            "wadm_of_nobody",
            await world.add_token("expired", "owner", expires_at=PAST),
            await world.add_token("revoked", "owner", revoked_at=PAST),
            await world.add_api_key(name="chats", operations=("chat",)),
            await world.add_api_key(name="everything-else", operations=("*",)),
            await world.add_api_key(name="revoked", operations=READS, revoked_at=PAST),
            await world.add_api_key(name="expired", operations=READS, expires_at=PAST),
            await world.add_api_key(name="disabled", operations=READS, disabled=True),
            "two words",
        ]
        refusals = [await refusal(world, credential) for credential in bad]
    assert {(one.code, one.reason) for one in refusals} == {(grpc.StatusCode.UNAUTHENTICATED, "ADMIN_TOKEN_INVALID")}
    assert len({one.message for one in refusals}) == 1
    assert "authorization: Bearer" in refusals[0].message


async def test_two_different_credentials_are_refused_as_such() -> None:
    async with running_admin() as world:
        metadata = (*world.authorized(), ("x-api-key", "another"))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await UserServiceStub(world.channel).ListUsers(LIST, metadata=metadata)
    assert rich_status(refused.value).reason == "INVALID_REQUEST"


async def test_a_token_is_taken_from_the_places_where_keys_are() -> None:
    async with running_admin() as world:
        stub = UserServiceStub(world.channel)
        for metadata in (world.authorized(), (("x-api-key", world.token("viewer")),)):
            await stub.ListUsers(LIST, metadata=metadata)


async def test_a_role_that_does_not_do_is_told_which_would() -> None:
    async with running_admin() as world:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.stub(UserServiceStub, "viewer").CreateUser(CreateUserRequest(user_id="/not even an id/"))
    told = rich_status(refused.value)
    assert (told.code, told.reason) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_DENIED")
    assert told.facts == {"method": "UserService.CreateUser", "role": "viewer", "needed": "operator or owner"}
    assert "UserService.CreateUser needs the role operator or owner" in told.message


async def test_the_role_is_looked_at_before_the_request_is_read() -> None:
    async with running_admin() as world:
        call: grpc.aio.UnaryUnaryMultiCallable[bytes, bytes] = world.channel.unary_unary(
            "/weir.admin.v1.UserService/CreateUser"
        )
        with pytest.raises(grpc.aio.AioRpcError) as denied:
            await call(b"\xff\xff", metadata=world.authorized("viewer"))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call(b"\xff\xff", metadata=world.authorized("owner"))
    assert [rich_status(error.value).reason for error in (denied, refused)] == ["PERMISSION_DENIED", "INVALID_REQUEST"]


async def test_an_api_key_that_may_read_is_a_viewer() -> None:
    async with running_admin() as world:
        key = await world.add_api_key("alice", "dashboard", operations=("chat", "admin_read"), expires_at=FUTURE)
        assert await caller(world, key) == ("users/alice/apiKeys/dashboard", "ADMIN_ROLE_VIEWER")
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await world.stub_with(UserServiceStub, key).CreateUser(CreateUserRequest(user_id="bob"))
    assert rich_status(refused.value).reason == "PERMISSION_DENIED"


async def test_an_api_key_of_a_disabled_or_deleted_user_is_no_token() -> None:
    async with running_admin() as world:
        key = await world.add_api_key("alice", operations=READS)
        gone = await world.add_api_key("bob", operations=READS)
        async with world.store.changing(ACTOR) as change:
            alice, bob = await change.users.page(Page())
            await change.users.update(alice.uid, User("alice", disabled=True))
            await change.users.delete(bob.uid)
        assert {(await refusal(world, one)).reason for one in (key, gone)} == {"ADMIN_TOKEN_INVALID"}


async def test_an_api_key_bound_to_networks_is_good_only_from_there() -> None:
    async with running_admin() as world:
        near = await world.add_api_key(name="near", operations=READS, networks=("127.0.0.0/8",))
        far = await world.add_api_key(name="far", operations=READS, networks=("192.0.2.0/24", "2001:db8::/32"))
        await world.stub_with(UserServiceStub, near).ListUsers(LIST)
        assert (await refusal(world, far)).reason == "IP_DENIED"


async def test_a_secret_that_was_rotated_out_is_no_token() -> None:
    async with running_admin() as world:
        token = await world.add_token("rotated")
        async with world.store.changing(ACTOR) as change:
            await change.key_hashes.end(await uid_of(world, change, token), PAST)
        assert (await refusal(world, token)).reason == "ADMIN_TOKEN_INVALID"


async def test_the_earlier_of_two_ends_is_the_callers_end() -> None:
    async with running_admin() as world:
        token = await world.add_token("short", expires_at=FUTURE + timedelta(days=5))
        async with world.store.changing(ACTOR) as change:
            await change.key_hashes.end(await uid_of(world, change, token), FUTURE)
        reply = await world.stub_with(AdminTokenServiceStub, token).GetAdminCaller(WHO)
    assert reply.caller.expire_time.ToDatetime(tzinfo=UTC) == FUTURE


async def test_a_revoked_token_is_refused_at_the_next_call() -> None:
    async with running_admin() as world:
        token = await world.add_token("short-lived")
        await world.stub_with(UserServiceStub, token).ListUsers(LIST)
        await revoke(world, token)
        assert (await refusal(world, token)).reason == "ADMIN_TOKEN_INVALID"


async def test_guesses_are_slowed_and_a_token_known_before_is_not() -> None:
    async with running_admin(bad_tokens=3) as world:
        late = await world.add_token("late")
        await world.stub(UserServiceStub, "viewer").ListUsers(LIST)
        reasons = [(await refusal(world, f"wadm_guess_{number}")).reason for number in range(5)]
        assert reasons == ["ADMIN_TOKEN_INVALID"] * 4 + ["RATE_LIMIT_EXCEEDED"]
        told = await refusal(world, late)
        assert (told.code, told.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMIT_EXCEEDED")
        assert told.retry_after is not None
        assert 0 < told.retry_after <= 1
        await world.stub(UserServiceStub, "viewer").ListUsers(LIST)


async def test_calls_without_a_token_are_no_guesses() -> None:
    async with running_admin(bad_tokens=1) as world:
        for _ in range(5):
            assert (await refusal(world, "")).reason == "ADMIN_TOKEN_INVALID"
        await world.stub(UserServiceStub).ListUsers(LIST)


async def test_a_slowed_guess_does_not_reach_the_store() -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        async with running_admin(ailing, bad_tokens=0) as world:
            await refusal(world, "wadm_guess")
            before = ailing.readings
            await refusal(world, "wadm_guess")
            assert ailing.readings == before


async def test_with_the_store_away_a_known_token_still_sees_the_gateway_and_changes_nothing() -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        async with running_admin(ailing) as world:
            await world.stub(UserServiceStub).ListUsers(LIST)
            ailing.go_away()
            assert await caller(world, world.token()) == ("adminTokens/owner", "ADMIN_ROLE_OWNER")
            await world.stub(GatewayServiceStub).GetGateway(GATEWAY)
            told = await refusal(world, world.token())
            assert (told.code, told.reason, told.retry_after) == (
                grpc.StatusCode.UNAVAILABLE,
                "STORE_UNAVAILABLE",
                1.0,
            )
            assert "secret-host" not in told.message
            with pytest.raises(grpc.aio.AioRpcError) as unknown:
                await world.stub(AdminTokenServiceStub, "viewer").GetAdminCaller(WHO)
            assert rich_status(unknown.value).reason == "STORE_UNAVAILABLE"
            ailing.come_back()
            await world.stub(UserServiceStub).ListUsers(LIST)


async def test_with_the_store_known_to_be_away_nobody_waits_for_it() -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        async with running_admin(ailing) as world:
            await world.stub(UserServiceStub).ListUsers(LIST)
            ailing.go_away()
            await eventually(lambda: not world.admin.hub.store.reachable)
            before = ailing.readings
            assert await caller(world, world.token()) == ("adminTokens/owner", "ADMIN_ROLE_OWNER")
            assert ailing.readings == before


async def test_the_last_use_of_a_token_is_kept() -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        async with running_admin(ailing) as world:
            await world.stub(UserServiceStub, "viewer").ListUsers(LIST)
            await world.stub(UserServiceStub, "viewer").ListUsers(LIST)
        assert len(ailing.used) == 1
        assert abs(datetime.now(UTC) - next(iter(ailing.used.values()))) < timedelta(minutes=1)


async def test_the_access_log_says_who_called() -> None:
    async with running_admin() as world:
        await world.stub(UserServiceStub, "viewer").ListUsers(LIST)
        await refusal(world, "wadm_of_nobody")
        known, unknown = world.lines
    assert known["administrator"] == "adminTokens/viewer"
    assert str(known["administrator_uid"]).startswith("adm_")
    assert "administrator" not in unknown
    assert world.token("viewer") not in str(world.lines)
