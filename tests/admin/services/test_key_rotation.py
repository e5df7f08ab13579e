"""RotateApiKey and RevokeApiKey over a real connection: secrets follow each other, and end for ever."""

from collections.abc import AsyncIterator

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import StatusCode

from tests.fakes.admin_calls import ahead, new_request, refused
from tests.fakes.key_world import NAME, KeyWorld, running_key_world
from weir.admin.v1 import api_key_pb2 as contract
from weir.admin.v1 import api_key_service_pb2 as messages
from weir.admin.v1.api_key_pb2 import ApiKey

DAY = 86_400


@pytest.fixture
async def world() -> AsyncIterator[KeyWorld]:
    """Runs an admin service."""
    async with running_key_world() as running:
        yield running


async def rotate(world: KeyWorld, overlap: int | None = None, **fields: object) -> messages.RotateApiKeyResponse:
    """Rotates the key."""
    request = messages.RotateApiKeyRequest(name=NAME, **fields)  # type: ignore[arg-type] # fields of tests
    if overlap is not None:
        request.overlap.FromSeconds(overlap)
    return await world.stub.RotateApiKey(request)


def seconds_left(secret: contract.ApiKeySecret) -> float:
    """Gives how long a secret works on, from now."""
    return (secret.expire_time.ToMicroseconds() - ahead().ToMicroseconds()) / 1e6


async def test_the_secret_before_works_on_for_a_day(world: KeyWorld) -> None:
    before = await world.make_with_secret()
    rotated = await rotate(world)
    key = rotated.api_key
    assert rotated.secret not in {"", before.secret}
    assert key.hint == f"{rotated.secret[:12]}…{rotated.secret[-4:]}"
    assert [secret.hint for secret in key.secrets] == [key.hint, before.api_key.hint]
    assert not key.secrets[0].HasField("expire_time")
    assert seconds_left(key.secrets[1]) == pytest.approx(DAY, abs=60)
    assert (key.uid, key.scopes, key.state) == (
        before.api_key.uid,
        before.api_key.scopes,
        contract.API_KEY_STATE_ACTIVE,
    )
    assert key.etag != before.api_key.etag
    assert await world.get() == key
    found = await world.secret(rotated.secret)
    assert found is not None
    assert found.owner == key.uid
    assert await world.actions(key.uid) == [("create", ""), ("rotate", "")]


@pytest.mark.parametrize("overlap", [1, 3600, 90 * DAY])
async def test_the_overlap_is_what_was_asked_for(world: KeyWorld, overlap: int) -> None:
    await world.make()
    old = (await rotate(world, overlap)).api_key.secrets[1]
    assert seconds_left(old) == pytest.approx(overlap, abs=60)


async def test_without_an_overlap_every_older_secret_ends_at_once(world: KeyWorld) -> None:
    first = await world.make_with_secret()
    second = await rotate(world)
    third = await rotate(world, 0)
    assert [secret.hint for secret in third.api_key.secrets] == [third.api_key.hint]
    for ended in (first.secret, second.secret):
        kept = await world.secret(ended)
        assert kept is not None
        assert kept.expires_at is not None
        assert kept.expires_at.timestamp() <= ahead().ToSeconds() + 1


async def test_only_one_overlap_lasts_at_a_time(world: KeyWorld) -> None:
    await world.make()
    first = (await rotate(world, 3600)).api_key
    status = await refused(rotate(world, 1))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")
    assert await world.get() == first
    world.time.move(seconds=3601)
    assert len((await world.get()).secrets) == 1
    assert len((await rotate(world, 1)).api_key.secrets) == 2


async def test_no_secret_outlives_the_key(world: KeyWorld) -> None:
    made = await world.make_with_secret(expire_time=ahead(minutes=30))
    rotated = (await rotate(world, 3600)).api_key
    assert [secret.expire_time for secret in rotated.secrets] == [rotated.expire_time] * 2
    end = ahead(hours=5)
    await world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=ApiKey(name=NAME, expire_time=end)))
    kept = await world.secret(made.secret)
    assert kept is not None
    assert kept.expires_at is not None
    assert kept.expires_at.timestamp() == pytest.approx(rotated.expire_time.ToMicroseconds() / 1e6)


async def test_a_rotation_can_give_the_key_another_end(world: KeyWorld) -> None:
    await world.make(expire_time=ahead(minutes=30))
    end = ahead(hours=5)
    key = (await rotate(world, 3600, expire_time=end)).api_key
    assert key.expire_time.ToMicroseconds() == end.ToMicroseconds()
    assert seconds_left(key.secrets[1]) == pytest.approx(3600, abs=60)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (messages.RotateApiKeyRequest(overlap=Duration(seconds=-1)), "overlap"),
        (messages.RotateApiKeyRequest(overlap=Duration(seconds=1, nanos=-1)), "overlap"),
        (messages.RotateApiKeyRequest(overlap=Duration(nanos=10**9)), "overlap"),
        (messages.RotateApiKeyRequest(overlap=Duration(seconds=90 * DAY, nanos=1)), "overlap"),
        (messages.RotateApiKeyRequest(overlap=Duration(seconds=2**62)), "overlap"),
        (messages.RotateApiKeyRequest(expire_time=Timestamp(seconds=1)), "expire_time"),
        (messages.RotateApiKeyRequest(expire_time=Timestamp(seconds=2**60)), "expire_time"),
        (messages.RotateApiKeyRequest(request_id="1"), "request_id"),
    ],
)
async def test_a_bad_rotation_is_refused(world: KeyWorld, request_: messages.RotateApiKeyRequest, field: str) -> None:
    await world.make()
    request_.name = NAME
    status = await refused(world.stub.RotateApiKey(request_))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", (field,))


async def test_an_expired_key_is_not_rotated(world: KeyWorld) -> None:
    await world.make(expire_time=ahead(minutes=30))
    world.time.move(hours=1)
    for end in (None, ahead(hours=5)):
        status = await refused(rotate(world, expire_time=end))
        assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")
    key = ApiKey(name=NAME, expire_time=ahead(hours=5))
    await world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=key))
    await rotate(world)


async def test_a_repeated_rotation_is_one_and_shows_no_secret(world: KeyWorld) -> None:
    await world.make()
    request = messages.RotateApiKeyRequest(name=NAME, request_id=new_request())
    first = await world.stub.RotateApiKey(request)
    again = await world.stub.RotateApiKey(request)
    assert (again.api_key, again.secret) == (first.api_key, "")
    request.overlap.FromSeconds(5)
    status = await refused(world.stub.RotateApiKey(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")


async def test_a_request_that_made_a_key_does_not_rotate_one(world: KeyWorld) -> None:
    once = new_request()
    request = messages.CreateApiKeyRequest(parent="users/alice", api_key_id="laptop", request_id=once)
    await world.stub.CreateApiKey(request)
    assert (await refused(rotate(world, request_id=once))).reason == "IDEMPOTENCY_CONFLICT"


async def test_a_revoked_key_ends_with_all_its_secrets(world: KeyWorld) -> None:
    made = await world.make_with_secret()
    rotated = await rotate(world)
    key = await world.revoke(reason="laptop was stolen")
    assert (key.state, key.revoke_reason) == (contract.API_KEY_STATE_REVOKED, "laptop was stolen")
    assert key.HasField("revoke_time")
    assert not key.secrets
    for ended in (made.secret, rotated.secret):
        kept = await world.secret(ended)
        assert kept is not None
        assert kept.expires_at is not None
    assert (await world.actions(key.uid))[-1] == ("revoke", "laptop was stolen")
    for call in (
        rotate(world),
        world.stub.UpdateApiKey(messages.UpdateApiKeyRequest(api_key=ApiKey(name=NAME, disabled=True))),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "INVALID_STATE")


async def test_revoking_again_changes_nothing(world: KeyWorld) -> None:
    await world.make()
    key = await world.revoke(reason="lost")
    version = await world.admin.store.version()
    world.time.move(hours=1)
    assert await world.revoke(reason="found") == key
    assert await world.admin.store.version() == version


async def test_a_revoked_key_stays_revoked_when_it_is_deleted_and_comes_back(world: KeyWorld) -> None:
    await world.make()
    await world.revoke()
    await world.delete()
    back = (await world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=NAME))).api_key
    assert back.state == contract.API_KEY_STATE_REVOKED


async def test_a_deleted_key_is_revoked_and_stays_deleted(world: KeyWorld) -> None:
    await world.make()
    gone = await world.delete()
    key = await world.revoke(reason="lost", etag=gone.etag)
    assert (key.state, key.revoke_reason) == (contract.API_KEY_STATE_DELETED, "lost")
    assert key.HasField("revoke_time")
    assert await world.names() == []
    back = (await world.stub.UndeleteApiKey(messages.UndeleteApiKeyRequest(name=NAME))).api_key
    assert (back.state, len(back.secrets)) == (contract.API_KEY_STATE_REVOKED, 0)


async def test_a_deleted_key_whose_name_is_taken_is_told_from_the_one_that_has_it(world: KeyWorld) -> None:
    first = await world.make()
    await world.delete()
    second = await world.make()
    revoked = await world.revoke(f"users/alice/apiKeys/{first.uid}")
    assert (revoked.uid, revoked.HasField("revoke_time")) == (first.uid, True)
    assert await world.get() == second


async def test_a_reason_is_short(world: KeyWorld) -> None:
    await world.make()
    status = await refused(world.revoke(reason="r" * 501))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", ("reason",))


async def test_secrets_are_told_apart_by_their_ids(world: KeyWorld) -> None:
    made = (await world.make()).secrets[0].id
    newer, older = (secret.id for secret in (await rotate(world)).api_key.secrets)
    assert (older, newer != older) == (made, True)
