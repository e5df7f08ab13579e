"""An admin service that knows two providers, and credentials made there with secrets that are easy to find again."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from gateway_core.records.stored_provider import StoredProvider
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import credential_service_pb2 as messages
from weir.admin.v1.credential_pb2 import Credential

if TYPE_CHECKING:
    from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceAsyncStub

CANARY = "sk-canary-0f1e2d3c4b5a69788796"
NEXT_CANARY = "sk-yranac-8877665544332211ffee"


@asynccontextmanager
async def running_with_providers() -> AsyncIterator[AdminWorld]:
    """Runs an admin service that knows the providers `openai` and `other`."""
    async with running_admin() as running:
        async with running.store.changing(ACTOR) as change:
            for name in ("openai", "other"):
                await change.providers.create(StoredProvider(name, "openai", "https://api.openai.com/v1"))
        yield running


def creation(given: str = "a", secret: str = CANARY, **fields: object) -> messages.CreateCredentialRequest:
    """Asks for a credential."""
    asked = {"parent": "providers/openai", "credential_id": given, "secret": secret, **fields}
    return messages.CreateCredentialRequest(**asked)  # type: ignore[arg-type] # fields of tests


async def made(credentials: "CredentialServiceAsyncStub", given: str = "a", **fields: object) -> Credential:
    """Makes a credential."""
    return (await credentials.CreateCredential(creation(given, **fields))).credential  # type: ignore[arg-type] # fields of tests


async def kept_secret(world: AdminWorld, uid: str) -> str:
    """Opens what is kept for a credential."""
    async with world.store.reading() as reading:
        return world.vault.reveal(await reading.secrets.get(uid)).reveal()
