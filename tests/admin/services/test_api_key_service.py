"""ApiKeyService over a real connection: keys are made, shown, changed and deleted."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode

from gateway_core.identity.api_key_format import checksum_holds
from tests.fakes.admin_calls import ahead, new_request, refused
from tests.fakes.key_world import NAME, KeyWorld, running_key_world
from weir.admin.v1 import api_key_pb2 as contract
from weir.admin.v1 import api_key_service_pb2 as messages
from weir.admin.v1.api_key_pb2 import ApiKey, ApiKeyScopes
from weir.admin.v1.user_service_pb2 import UndeleteUserRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub


@pytest.fixture
async def world() -> AsyncIterator[KeyWorld]:
    """Runs an admin service."""
    async with running_key_world() as running:
        yield running


async def test_a_key_is_made_and_its_secret_shown_once(world: KeyWorld) -> None:
    made = await world.make_with_secret(name="ignored", uid="ignored", hint="ignored")
    key = made.api_key
    assert key.name == NAME
    assert key.uid.startswith("key_")
    assert checksum_holds(made.secret)
    assert made.secret.startswith("gw_live_")
    assert key.hint == f"{made.secret[:12]}…{made.secret[-4:]}"
    assert key.state == contract.API_KEY_STATE_ACTIVE
    assert [one.hint for one in key.secrets] == [key.hint]
    assert not key.secrets[0].HasField("expire_time")
    assert await world.get() == key
    kept = await world.secret(made.secret)
    assert kept is not None
    assert (kept.owner, kept.pepper_id) == (key.uid, world.admin.vault.peppers.current.id)


async def test_empty_lists_stand_for_the_default_which_is_spelt_out(world: KeyWorld) -> None:
    key = await world.make()
    assert list(key.scopes.models) == ["*"]
    assert list(key.scopes.operations) == [contract.API_KEY_OPERATION_CHAT, contract.API_KEY_OPERATION_EMBEDDINGS]
    assert list(key.scopes.source_networks) == ["0.0.0.0/0", "::/0"]
    stored = (await world.stored(key.uid)).value
    assert (stored.operations, stored.networks) == (("chat", "embeddings"), ())


async def test_a_key_is_bounded_as_asked_for(world: KeyWorld) -> None:
    scopes = ApiKeyScopes(
        models=["fast", "team/*"],
        operations=[contract.API_KEY_OPERATION_PASSTHROUGH, contract.API_KEY_OPERATION_ADMIN_READ],
        source_networks=["10.0.0.0/8", "2001:db8::/32"],
    )
    end = ahead(hours=1)
    key = await world.make(scopes=scopes, expire_time=end, disabled=True)
    assert key.scopes == scopes
    assert key.expire_time.ToMicroseconds() == end.ToMicroseconds()
    assert key.secrets[0].expire_time == key.expire_time
    assert key.state == contract.API_KEY_STATE_DISABLED


async def test_the_gateway_chooses_an_id_if_nobody_else_does(world: KeyWorld) -> None:
    names = {(await world.make("")).name for _ in range(2)}
    assert len(names) == 2
    assert all(name.startswith("users/alice/apiKeys/key-") for name in names)


@pytest.mark.parametrize(
    ("request_", "fields"),
    [
        (messages.CreateApiKeyRequest(), ("parent",)),
        (messages.CreateApiKeyRequest(parent="users/-"), ("parent",)),
        (messages.CreateApiKeyRequest(parent="users/alice", api_key_id="a/b"), ("api_key_id",)),
        (messages.CreateApiKeyRequest(parent="users/alice", request_id="1"), ("request_id",)),
        (
            messages.CreateApiKeyRequest(
                parent="users/alice",
                api_key=ApiKey(
                    scopes=ApiKeyScopes(models=[""], source_networks=["10.0.0.1/8"]), expire_time=Timestamp(seconds=1)
                ),
            ),
            ("api_key.scopes.models[0]", "api_key.scopes.source_networks[0]", "api_key.expire_time"),
        ),
    ],
)
async def test_what_is_wrong_with_a_new_key_is_said_at_once(
    world: KeyWorld, request_: messages.CreateApiKeyRequest, fields: tuple[str, ...]
) -> None:
    status = await refused(world.stub.CreateApiKey(request_))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", fields)


async def test_a_key_belongs_to_a_user_who_is_there(world: KeyWorld) -> None:
    status = await refused(world.make(user="nobody"))
    assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
    await world.delete_user()
    status = await refused(world.make())
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")


async def test_a_name_is_taken_among_the_keys_of_one_user(world: KeyWorld) -> None:
    await world.make()
    status = await refused(world.make())
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    await world.make(user="bob")
    await world.delete()
    await world.make()


async def test_a_repeated_request_makes_one_key_and_shows_no_secret(world: KeyWorld) -> None:
    request = messages.CreateApiKeyRequest(parent="users/alice", request_id=new_request())
    first = await world.stub.CreateApiKey(request)
    again = await world.stub.CreateApiKey(request)
    assert (again.api_key, again.secret) == (first.api_key, "")
    await world.delete_user()
    assert (await world.stub.CreateApiKey(request)).api_key == first.api_key
    request.api_key.disabled = True
    status = await refused(world.stub.CreateApiKey(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")


async def test_what_is_not_there_cannot_be_found(world: KeyWorld) -> None:
    await world.make()
    for name in ("users/alice/apiKeys/other", "users/bob/apiKeys/laptop", "users/nobody/apiKeys/laptop"):
        for call in (
            world.stub.GetApiKey(messages.GetApiKeyRequest(name=name)),
            world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=ApiKey(name=name))),
            world.stub.RotateApiKey(messages.RotateApiKeyRequest(name=name)),
            world.stub.RevokeApiKey(messages.RevokeApiKeyRequest(name=name)),
            world.stub.DeleteApiKey(messages.DeleteApiKeyRequest(name=name)),
            world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=name)),
        ):
            status = await refused(call)
            assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")


async def test_a_key_is_found_by_its_uid_and_that_of_its_user(world: KeyWorld) -> None:
    key = await world.make()
    owner = (await world.stored(key.uid)).value.user_uid
    assert await world.get(f"users/{owner}/apiKeys/{key.uid}") == key


async def test_a_key_is_changed_where_the_mask_says_so(world: KeyWorld) -> None:
    key = await world.make(disabled=True, expire_time=ahead(hours=1))
    request = messages.UpdateApiKeyRequest(
        api_key=ApiKey(name=NAME, scopes=ApiKeyScopes(models=["fast"])),
        update_mask=FieldMask(paths=["disabled", "scopes.models", "expire_time"]),
    )
    updated = (await world.stub.UpdateApiKey(request)).api_key
    assert (updated.disabled, list(updated.scopes.models)) == (False, ["fast"])
    assert not updated.HasField("expire_time")
    assert updated.scopes.operations == key.scopes.operations
    assert updated.secrets[0].id == key.secrets[0].id
    assert updated.etag != key.etag
    assert await world.get() == updated


async def test_a_change_that_changes_nothing_leaves_no_trace(world: KeyWorld) -> None:
    key = await world.make(expire_time=ahead(hours=1))
    version = await world.admin.store.version()
    world.time.move(hours=2)
    request = messages.UpdateApiKeyRequest(api_key=key, update_mask=FieldMask(paths=["*"]))
    updated = (await world.stub.UpdateApiKey(request)).api_key
    assert (updated.etag, updated.state) == (key.etag, contract.API_KEY_STATE_EXPIRED)
    assert await world.admin.store.version() == version


async def test_a_star_in_the_store_survives_changes_of_other_fields(world: KeyWorld) -> None:
    key = await world.make()
    await world.change_stored(key.uid, replace((await world.stored(key.uid)).value, operations=("*",)))
    updated = await world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=ApiKey(name=NAME, disabled=True)))
    assert len(updated.api_key.scopes.operations) == 3
    assert (await world.stored(key.uid)).value.operations == ("*",)


@pytest.mark.parametrize(
    ("paths", "fields"),
    [
        (["scopes.models"], ("api_key.scopes.models",)),
        (["scopes.operations"], ("api_key.scopes.operations",)),
        (["scopes.source_networks"], ("api_key.scopes.source_networks",)),
        (["scopes"], tuple(f"api_key.scopes.{name}" for name in ("models", "operations", "source_networks"))),
        (["*"], tuple(f"api_key.scopes.{name}" for name in ("models", "operations", "source_networks"))),
        (["secret"], ("update_mask",)),
    ],
)
async def test_a_change_to_an_empty_list_is_refused(world: KeyWorld, paths: list[str], fields: tuple[str, ...]) -> None:
    key = await world.make()
    request = messages.UpdateApiKeyRequest(api_key=ApiKey(name=NAME), update_mask=FieldMask(paths=paths))
    status = await refused(world.stub.UpdateApiKey(request))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", fields)
    assert await world.get() == key


async def test_the_end_of_a_key_lies_ahead(world: KeyWorld) -> None:
    await world.make()
    key = ApiKey(name=NAME, expire_time=ahead(hours=-1))
    status = await refused(world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=key)))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", ("api_key.expire_time",))


async def test_an_etag_must_be_that_of_the_record(world: KeyWorld) -> None:
    before = await world.make()
    key = ApiKey(name=NAME, disabled=True, etag=before.etag)
    after = (await world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=key))).api_key
    for call in (
        world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=key)),
        world.stub.RotateApiKey(messages.RotateApiKeyRequest(name=NAME, etag=before.etag)),
        world.stub.RevokeApiKey(messages.RevokeApiKeyRequest(name=NAME, etag=before.etag)),
        world.stub.DeleteApiKey(messages.DeleteApiKeyRequest(name=NAME, etag=before.etag)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    gone = (await world.stub.DeleteApiKey(messages.DeleteApiKeyRequest(name=NAME, etag=after.etag))).api_key
    status = await refused(world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=NAME, etag=after.etag)))
    assert status.reason == "ETAG_MISMATCH"
    await world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=NAME, etag=gone.etag))


async def test_a_deleted_key_is_shown_but_not_changed(world: KeyWorld) -> None:
    await world.make()
    gone = await world.delete()
    assert gone.state == contract.API_KEY_STATE_DELETED
    assert gone.HasField("delete_time")
    assert await world.get() == gone
    for call in (
        world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=ApiKey(name=NAME, disabled=True))),
        world.stub.RotateApiKey(messages.RotateApiKeyRequest(name=NAME)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")


async def test_deleting_again_is_a_failure_unless_that_is_allowed(world: KeyWorld) -> None:
    await world.make()
    gone = await world.delete()
    assert (await refused(world.delete())).reason == "RESOURCE_NOT_FOUND"
    again = await world.stub.DeleteApiKey(messages.DeleteApiKeyRequest(name=NAME, allow_missing=True))
    assert again.api_key == gone
    request = messages.DeleteApiKeyRequest(name="users/nobody/apiKeys/laptop", allow_missing=True)
    assert not (await world.stub.DeleteApiKey(request)).HasField("api_key")


async def test_a_deleted_key_comes_back_as_it_was(world: KeyWorld) -> None:
    key = await world.make(scopes=ApiKeyScopes(models=["fast"]))
    await world.delete()
    back = (await world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=NAME))).api_key
    assert (back.scopes, back.secrets, back.uid) == (key.scopes, key.secrets, key.uid)
    assert back.state == contract.API_KEY_STATE_ACTIVE
    status = await refused(world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=NAME)))
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")


async def test_a_key_whose_name_is_taken_by_now_does_not_come_back(world: KeyWorld) -> None:
    first = await world.make()
    await world.delete()
    await world.make()
    request = messages.UndeleteApiKeyRequest(name=f"users/alice/apiKeys/{first.uid}")
    assert (await refused(world.stub.UndeleteApiKey(request))).reason == "ALREADY_EXISTS"


async def test_a_key_does_not_come_back_before_its_user(world: KeyWorld) -> None:
    await world.make()
    await world.delete()
    await world.delete_user()
    request = messages.UndeleteApiKeyRequest(name=NAME)
    status = await refused(world.stub.UndeleteApiKey(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")
    await world.admin.stub(UserServiceStub).UndeleteUser(UndeleteUserRequest(name="users/alice"))
    await world.stub.UndeleteApiKey(request)
