"""An admin service with two users, and the few calls that tests about API keys make again and again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway_core.records.key_secret import KeySecret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Where
from tests.fakes.admin_calls import MovableTime
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import api_key_service_pb2 as messages
from weir.admin.v1.api_key_pb2 import ApiKey
from weir.admin.v1.api_key_service_pb2_grpc import ApiKeyServiceStub
from weir.admin.v1.user_service_pb2 import CreateUserRequest, DeleteUserRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.api_key_service_pb2_grpc import ApiKeyServiceAsyncStub

NAME = "users/alice/apiKeys/laptop"


@dataclass(frozen=True, slots=True)
class KeyWorld:
    """The users alice and bob, who have no keys yet, and the service as an owner calls it."""

    admin: AdminWorld
    stub: "ApiKeyServiceAsyncStub"
    time: MovableTime

    async def make(self, key_id: str = "laptop", user: str = "alice", **fields: object) -> ApiKey:
        """Makes a key."""
        return (await self.make_with_secret(key_id, user, **fields)).api_key

    async def make_with_secret(
        self, key_id: str = "laptop", user: str = "alice", **fields: object
    ) -> messages.CreateApiKeyResponse:
        """Makes a key, and gives its secret too."""
        key = ApiKey(**fields)  # type: ignore[arg-type] # fields of tests
        return await self.stub.CreateApiKey(
            messages.CreateApiKeyRequest(parent=f"users/{user}", api_key_id=key_id, api_key=key)
        )

    async def get(self, name: str = NAME) -> ApiKey:
        """Reads a key."""
        return (await self.stub.GetApiKey(messages.GetApiKeyRequest(name=name))).api_key

    async def delete(self, name: str = NAME) -> ApiKey:
        """Deletes a key."""
        return (await self.stub.DeleteApiKey(messages.DeleteApiKeyRequest(name=name))).api_key

    async def revoke(self, name: str = NAME, **fields: object) -> ApiKey:
        """Revokes a key."""
        request = messages.RevokeApiKeyRequest(name=name, **fields)  # type: ignore[arg-type] # fields of tests
        return (await self.stub.RevokeApiKey(request)).api_key

    async def delete_user(self, user: str = "alice") -> None:
        """Deletes a user."""
        await self.admin.stub(UserServiceStub).DeleteUser(DeleteUserRequest(name=f"users/{user}"))

    async def names(self, parent: str = "users/alice", **fields: object) -> list[str]:
        """Lists the names of keys."""
        request = messages.ListApiKeysRequest(parent=parent, **fields)  # type: ignore[arg-type] # fields of tests
        return sorted(key.name for key in (await self.stub.ListApiKeys(request)).api_keys)

    async def secret(self, key: str) -> KeySecret | None:
        """Gives what is stored of a secret."""
        async with self.admin.store.reading() as reading:
            return await reading.key_hashes.find(self.admin.vault.peppers.hashes(key))

    async def stored(self, uid: str) -> Versioned[StoredApiKey]:
        """Gives the record of a key."""
        async with self.admin.store.reading() as reading:
            return await reading.api_keys.get(uid, deleted=True)

    async def actions(self, uid: str) -> list[tuple[str, str]]:
        """Gives what the audit log says was done to a record, and why, in the order it was done."""
        async with self.admin.store.reading() as reading:
            entries = await reading.audit.page(where=[Where("uid", "=", uid)])
        return [(entry.action, entry.actor.reason) for entry in reversed(entries)]

    async def change_stored(self, uid: str, value: StoredApiKey) -> None:
        """Changes a record past the service."""
        async with self.admin.store.changing(ACTOR) as change:
            await change.api_keys.update(uid, value)


@asynccontextmanager
async def running_key_world() -> AsyncIterator[KeyWorld]:
    """Runs an admin service while inside."""
    time = MovableTime()
    async with running_admin(clock=time.clock()) as admin:
        users = admin.stub(UserServiceStub)
        for user in ("alice", "bob"):
            await users.CreateUser(CreateUserRequest(user_id=user))
        yield KeyWorld(admin, admin.stub(ApiKeyServiceStub), time)
