"""CredentialService over a real connection: secrets come in, are sealed and replaced, and never come out."""

import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from gateway_core.storage.query import Where
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import AdminWorld
from tests.fakes.core_parts import KeptLines
from tests.fakes.credential_calls import CANARY, NEXT_CANARY, creation, kept_secret, made, running_with_providers
from weir.admin.v1 import credential_service_pb2 as messages
from weir.admin.v1.audit_service_pb2 import ListAuditEntriesRequest
from weir.admin.v1.audit_service_pb2_grpc import AuditServiceStub
from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceAsyncStub

NAME = "providers/openai/credentials/a"


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service that knows two providers."""
    async with running_with_providers() as running:
        yield running


@pytest.fixture
def credentials(world: AdminWorld) -> "CredentialServiceAsyncStub":
    """Calls the service as an operator."""
    return world.stub(CredentialServiceStub, "operator")


async def test_a_secret_is_never_seen_again(
    world: AdminWorld, credentials: "CredentialServiceAsyncStub", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    once = new_request()
    seen: list[object] = [
        await credentials.CreateCredential(creation(request_id=once)),
        await credentials.CreateCredential(creation(request_id=once)),
        await refused(credentials.CreateCredential(creation())),
        await refused(credentials.CreateCredential(creation(secret=f"{CANARY} ", request_id=once))),
        await refused(credentials.CreateCredential(creation("b", f"{CANARY}\n"))),
        await refused(credentials.CreateCredential(creation(parent="providers/nobody"))),
        await refused(credentials.CreateCredential(creation(secret=NEXT_CANARY, request_id=once))),
        await credentials.RotateCredential(messages.RotateCredentialRequest(name=NAME, secret=NEXT_CANARY)),
        await credentials.GetCredential(messages.GetCredentialRequest(name=NAME)),
        await credentials.ListCredentials(messages.ListCredentialsRequest(parent="providers/-")),
        await world.stub(AuditServiceStub).ListAuditEntries(ListAuditEntriesRequest()),
        caplog.text,
        *(vars(line) if hasattr(line, "__dict__") else line for line in caplog.records),
    ]
    lines = world.parts.access_lines
    assert isinstance(lines, KeptLines)
    assert lines.lines
    seen.append(lines.lines)
    for shown in seen:
        for secret in (CANARY, NEXT_CANARY):
            assert secret not in str(shown)
    content = b"".join(file.read_bytes() for file in world.folder.iterdir() if file.is_file())
    assert CANARY[-4:].encode() in content
    assert CANARY.encode() not in content
    assert NEXT_CANARY.encode() not in content


async def test_a_rotation_replaces_the_secret_once(
    world: AdminWorld, credentials: "CredentialServiceAsyncStub"
) -> None:
    before = await made(credentials)
    request = messages.RotateCredentialRequest(
        name=before.name, secret=NEXT_CANARY, etag=before.etag, request_id=new_request()
    )
    rotated = (await credentials.RotateCredential(request)).credential
    assert (rotated.uid, rotated.hint) == (before.uid, NEXT_CANARY[-4:])
    assert rotated.etag != before.etag
    assert await kept_secret(world, before.uid) == NEXT_CANARY
    version = await world.store.version()
    assert (await credentials.RotateCredential(request)).credential == rotated
    assert await world.store.version() == version
    request.secret = CANARY
    assert (await refused(credentials.RotateCredential(request))).reason == "IDEMPOTENCY_CONFLICT"
    async with world.store.reading() as reading:
        entries = await reading.audit.page(where=[Where("uid", "=", before.uid)])
        assert [(entry.action, entry.kind) for entry in entries] == [
            ("rotate", "credential"),
            ("rotate", "secret"),
            ("create", "secret"),
            ("create", "credential"),
        ]


async def test_a_rotation_to_a_secret_with_the_same_end_is_a_change(
    credentials: "CredentialServiceAsyncStub",
) -> None:
    before = await made(credentials)
    request = messages.RotateCredentialRequest(name=before.name, secret=f"another-{CANARY}")
    after = (await credentials.RotateCredential(request)).credential
    assert after.hint == before.hint
    assert after.etag != before.etag


@pytest.mark.parametrize(
    ("fields", "path"), [({"secret": ""}, "secret"), ({"name": "a"}, "name"), ({"request_id": "1"}, "request_id")]
)
async def test_a_wrong_rotation_is_refused(
    credentials: "CredentialServiceAsyncStub", fields: dict[str, str], path: str
) -> None:
    credential = await made(credentials)
    request = messages.RotateCredentialRequest(**{"name": credential.name, "secret": NEXT_CANARY, **fields})
    assert (await refused(credentials.RotateCredential(request))).fields == (path,)
    found = await credentials.GetCredential(messages.GetCredentialRequest(name=credential.name))
    assert found.credential == credential
