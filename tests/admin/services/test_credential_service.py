"""CredentialService over a real connection: secrets come in, are sealed, and never come out."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from gateway_core.records.limit import Limit
from gateway_core.storage.query import Page
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import ACTOR, AdminWorld
from tests.fakes.credential_calls import CANARY, NEXT_CANARY, creation, kept_secret, made, running_with_providers
from weir.admin.v1 import credential_service_pb2 as messages
from weir.admin.v1.credential_pb2 import Credential
from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.credential_service_pb2_grpc import CredentialServiceAsyncStub


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service that knows two providers."""
    async with running_with_providers() as running:
        yield running


@pytest.fixture
def credentials(world: AdminWorld) -> "CredentialServiceAsyncStub":
    """Calls the service as an operator."""
    return world.stub(CredentialServiceStub, "operator")


async def got(credentials: "CredentialServiceAsyncStub", name: str = "providers/openai/credentials/a") -> Credential:
    """Reads a credential."""
    return (await credentials.GetCredential(messages.GetCredentialRequest(name=name))).credential


async def listed(credentials: "CredentialServiceAsyncStub", parent: str, **fields: object) -> list[str]:
    """Lists the names of credentials."""
    request = messages.ListCredentialsRequest(parent=parent, **fields)  # type: ignore[arg-type] # fields of tests
    return sorted(credential.name for credential in (await credentials.ListCredentials(request)).credentials)


async def test_a_credential_is_made_and_its_secret_sealed_for_it(
    world: AdminWorld, credentials: "CredentialServiceAsyncStub"
) -> None:
    credential = await made(credentials, credential=Credential(weight=3, disabled=True, hint="ignored"))
    assert credential.name == "providers/openai/credentials/a"
    assert credential.uid.startswith("crd_")
    assert (credential.weight, credential.disabled, credential.hint) == (3, True, CANARY[-4:])
    assert await got(credentials) == credential
    assert await got(credentials, f"providers/openai/credentials/{credential.uid}") == credential
    assert await kept_secret(world, credential.uid) == CANARY


async def test_a_short_secret_shows_no_end(credentials: "CredentialServiceAsyncStub") -> None:
    assert (await made(credentials, secret="short-key")).hint == ""


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"parent": "openai"}, ("parent",)),
        ({"parent": "providers/-"}, ("parent",)),
        ({"given": ""}, ("credential_id",)),
        ({"secret": ""}, ("secret",)),
        ({"secret": "a b", "credential": Credential(weight=1001)}, ("secret", "credential.weight")),
        ({"secret": "k" * 8193}, ("secret",)),
        ({"request_id": "1"}, ("request_id",)),
    ],
)
async def test_what_is_wrong_with_a_new_credential_is_said(
    credentials: "CredentialServiceAsyncStub", fields: dict[str, object], paths: tuple[str, ...]
) -> None:
    status = await refused(made(credentials, **fields))  # type: ignore[arg-type] # fields of tests
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", paths)
    assert await listed(credentials, "providers/-") == []


async def test_a_provider_must_exist(credentials: "CredentialServiceAsyncStub") -> None:
    for call in (made(credentials, parent="providers/nobody"), listed(credentials, "providers/nobody")):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
        assert status.facts == {"resource": "providers/nobody"}


async def test_a_name_is_given_once_at_each_provider(credentials: "CredentialServiceAsyncStub") -> None:
    await made(credentials)
    await made(credentials, parent="providers/other")
    assert (await refused(made(credentials))).reason == "ALREADY_EXISTS"


async def test_the_same_request_makes_one_credential(
    world: AdminWorld, credentials: "CredentialServiceAsyncStub"
) -> None:
    request = creation(request_id=new_request())
    first = await credentials.CreateCredential(request)
    version = await world.store.version()
    assert await credentials.CreateCredential(request) == first
    assert await world.store.version() == version
    request.secret = NEXT_CANARY
    status = await refused(credentials.CreateCredential(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")
    assert await kept_secret(world, first.credential.uid) == CANARY


@pytest.mark.parametrize(
    "name", ["providers/nobody/credentials/a", "providers/openai/credentials/b", "providers/other/credentials/a"]
)
async def test_nobody_finds_what_is_not_there(credentials: "CredentialServiceAsyncStub", name: str) -> None:
    await made(credentials)
    delete = messages.DeleteCredentialRequest(name=name)
    for call in (
        got(credentials, name),
        credentials.UpdateCredential(messages.UpdateCredentialRequest(credential=Credential(name=name))),
        credentials.RotateCredential(messages.RotateCredentialRequest(name=name, secret=CANARY)),
        credentials.DeleteCredential(delete),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
        assert status.facts == {"resource": name}
    delete.allow_missing = True
    await credentials.DeleteCredential(delete)


async def test_everything_but_the_secret_changes(world: AdminWorld, credentials: "CredentialServiceAsyncStub") -> None:
    before = await made(credentials)
    change = Credential(name=before.name, weight=9, hint="xxxx", etag=before.etag)
    after = (await credentials.UpdateCredential(messages.UpdateCredentialRequest(credential=change))).credential
    assert (after.weight, after.hint) == (9, before.hint)
    everything = messages.UpdateCredentialRequest(
        credential=Credential(name=before.name), update_mask=FieldMask(paths=["*"])
    )
    assert (await credentials.UpdateCredential(everything)).credential.weight == 1
    assert await kept_secret(world, before.uid) == CANARY


@pytest.mark.parametrize(
    ("credential", "paths", "path"),
    [
        (Credential(name="a"), (), "credential.name"),
        (Credential(name="providers/openai/credentials/a", weight=-1), (), "credential.weight"),
        (Credential(name="providers/openai/credentials/a"), ("secret",), "update_mask"),
    ],
)
async def test_a_wrong_change_is_refused(
    credentials: "CredentialServiceAsyncStub", credential: Credential, paths: tuple[str, ...], path: str
) -> None:
    await made(credentials)
    request = messages.UpdateCredentialRequest(credential=credential, update_mask=FieldMask(paths=paths))
    assert (await refused(credentials.UpdateCredential(request))).fields == (path,)


async def test_an_etag_must_fit(world: AdminWorld, credentials: "CredentialServiceAsyncStub") -> None:
    first = await made(credentials)
    await credentials.RotateCredential(messages.RotateCredentialRequest(name=first.name, secret=CANARY))
    for call in (
        credentials.UpdateCredential(messages.UpdateCredentialRequest(credential=first)),
        credentials.RotateCredential(
            messages.RotateCredentialRequest(name=first.name, secret=NEXT_CANARY, etag=first.etag)
        ),
        credentials.DeleteCredential(messages.DeleteCredentialRequest(name=first.name, etag=first.etag)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    assert await kept_secret(world, first.uid) == CANARY


async def test_a_credential_goes_with_its_secret_and_its_limits(
    world: AdminWorld, credentials: "CredentialServiceAsyncStub"
) -> None:
    credential, other = await made(credentials), await made(credentials, "b")
    async with world.store.changing(ACTOR) as change:
        for uid in (credential.uid, other.uid):
            await change.limits.create(Limit("credential", uid, "requests", "day", 5))
    await credentials.DeleteCredential(messages.DeleteCredentialRequest(name=credential.name, etag=credential.etag))
    async with world.store.reading() as reading:
        assert set(await reading.secrets.of("provider-key")) == {other.uid}
        assert [limit.value.scope_id for limit in await reading.limits.page(Page())] == [other.uid]
    assert await listed(credentials, "providers/openai") == [other.name]


async def test_credentials_are_listed_by_provider_or_all_together(credentials: "CredentialServiceAsyncStub") -> None:
    await made(credentials)
    await made(credentials, "b", credential=Credential(disabled=True))
    await made(credentials, parent="providers/other")
    at_openai = ["providers/openai/credentials/a", "providers/openai/credentials/b"]
    assert await listed(credentials, "providers/openai") == at_openai
    assert await listed(credentials, "providers/-") == [*at_openai, "providers/other/credentials/a"]
    assert await listed(credentials, "providers/-", filter="id = a AND disabled = false") == [
        "providers/openai/credentials/a",
        "providers/other/credentials/a",
    ]


async def test_a_page_belongs_to_its_parent(credentials: "CredentialServiceAsyncStub") -> None:
    await made(credentials)
    await made(credentials, "b")
    request = messages.ListCredentialsRequest(parent="providers/openai", page_size=1)
    first = await credentials.ListCredentials(request)
    request.page_token = first.next_page_token
    second = await credentials.ListCredentials(request)
    assert {one.name[-1] for one in (*first.credentials, *second.credentials)} == {"a", "b"}
    assert second.next_page_token == ""
    request.parent = "providers/-"
    assert (await refused(credentials.ListCredentials(request))).fields == ("page_token",)


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"parent": ""}, "parent"), ({"filter": "hint = x"}, "filter"), ({"page_size": -1}, "page_size")],
)
async def test_a_wrong_list_is_refused(
    credentials: "CredentialServiceAsyncStub", fields: dict[str, object], path: str
) -> None:
    asked = {"parent": "providers/-", **fields}
    assert (await refused(listed(credentials, **asked))).fields == (path,)  # type: ignore[arg-type] # fields of tests
