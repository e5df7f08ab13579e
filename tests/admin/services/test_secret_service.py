"""SecretService: under which master keys secrets are, and how they move to the current one."""

import base64
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import pytest
from grpc import StatusCode

from admin.conduct.administrator import ADMINISTRATOR, Administrator
from admin.conduct.desk import Desk
from admin.services.secret_service import SecretService
from gateway_core.identity.peppers import load_peppers
from gateway_core.identity.vault import Vault
from gateway_core.interceptors.around import Context
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.storage.query import Where
from gateway_core.storage.store import Store
from tests.fakes.admin_calls import refused
from tests.fakes.admin_world import ACTOR, MASTER_KEY, AdminWorld, running_admin
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1 import secret_service_pb2 as messages
from weir.admin.v1.master_key_pb2 import MasterKey as Shown
from weir.admin.v1.secret_service_pb2_grpc import SecretServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.secret_service_pb2_grpc import SecretServiceAsyncStub

OLDER = MasterKey(bytes([7]) * 32)
CURRENT = MasterKey(base64.b64decode(MASTER_KEY.reveal()))
NO_CONTEXT = cast("Context", None)
ADA = Administrator("adminTokens/ada", "adm_1", "owner")


async def put(store: Store, key: MasterKey, *owners: str) -> None:
    """Seals a secret for each owner."""
    async with store.changing(ACTOR) as change:
        for owner in owners:
            await change.secrets.put(seal(key, b"secret", owner=owner, purpose="provider-key"))


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service that holds the current key only."""
    async with running_admin() as running:
        yield running


@pytest.fixture
def secrets(world: AdminWorld) -> "SecretServiceAsyncStub":
    """Calls the service as an owner."""
    return world.stub(SecretServiceStub)


async def test_keys_are_listed_with_how_much_is_under_them(
    world: AdminWorld, secrets: "SecretServiceAsyncStub"
) -> None:
    await put(world.store, OLDER, "crd_1", "crd_2")
    shown = (await secrets.ListMasterKeys(messages.ListMasterKeysRequest())).master_keys
    assert list(shown) == [
        Shown(id=CURRENT.key_id, current=True, available=True, secret_count=2),
        Shown(id=OLDER.key_id, secret_count=2),
    ]


async def test_another_current_key_than_expected_moves_nothing(
    world: AdminWorld, secrets: "SecretServiceAsyncStub"
) -> None:
    await put(world.store, OLDER, "crd_1")
    status = await refused(secrets.RewrapSecrets(messages.RewrapSecretsRequest(master_key_id=OLDER.key_id)))
    assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    async with world.store.reading() as reading:
        assert (await reading.secrets.count_by_key())[OLDER.key_id] == 1


async def test_secrets_whose_key_is_not_held_are_named(world: AdminWorld, secrets: "SecretServiceAsyncStub") -> None:
    await put(world.store, OLDER, "crd_1", "crd_2")
    done = await secrets.RewrapSecrets(messages.RewrapSecretsRequest(master_key_id=CURRENT.key_id))
    assert (done.moved_count, done.left_count, list(done.damaged_uids)) == (0, 2, ["crd_1", "crd_2"])
    assert [key.secret_count for key in done.master_keys] == [2, 2]


async def test_secrets_move_to_the_current_key_in_the_callers_name() -> None:
    ADMINISTRATOR.set(ADA)
    async with temporary_store() as (store, _):
        keys = MasterKeys(CURRENT, (OLDER,))
        vault = Vault(keys, await load_peppers(store, MasterKeys(OLDER)))
        await put(store, OLDER, "crd_1")
        await put(store, CURRENT, "crd_2")
        service = SecretService(Desk(store, vault, lambda: datetime.now(UTC)))
        done = await service.RewrapSecrets(messages.RewrapSecretsRequest(), NO_CONTEXT)
        again = await service.RewrapSecrets(messages.RewrapSecretsRequest(), NO_CONTEXT)
        async with store.reading() as reading:
            (entry,) = await reading.audit.page(where=[Where("action", "=", "rewrap")])
    assert (done.moved_count, done.left_count, list(done.damaged_uids)) == (2, 0, [])
    assert list(done.master_keys) == [
        Shown(id=CURRENT.key_id, current=True, available=True, secret_count=3),
        Shown(id=OLDER.key_id, available=True),
    ]
    assert again.moved_count == 0
    assert (entry.actor.name, entry.uid) == ("adminTokens/ada", CURRENT.key_id)
