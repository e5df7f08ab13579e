"""ProviderService over a real connection: providers come, change, and go if nothing needs them."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from gateway_core.records.limit import Limit
from gateway_core.records.price import Price
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.storage.query import Page
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import provider_pb2
from weir.admin.v1 import provider_service_pb2 as messages
from weir.admin.v1.provider_pb2 import Provider, ProviderBreaker, ProviderTimeouts
from weir.admin.v1.provider_service_pb2_grpc import ProviderServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.provider_service_pb2_grpc import ProviderServiceAsyncStub

OPENAI, SIMULATOR = provider_pb2.PROVIDER_KIND_OPENAI, provider_pb2.PROVIDER_KIND_SIMULATOR


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service."""
    async with running_admin() as running:
        yield running


@pytest.fixture
def providers(world: AdminWorld) -> "ProviderServiceAsyncStub":
    """Calls the service as an operator."""
    return world.stub(ProviderServiceStub, "operator")


async def made(providers: "ProviderServiceAsyncStub", given: str = "openai", **fields: object) -> Provider:
    """Makes a provider."""
    provider = Provider(**{"kind": OPENAI, **fields})  # type: ignore[arg-type] # fields of tests
    request = messages.CreateProviderRequest(provider_id=given, provider=provider)
    return (await providers.CreateProvider(request)).provider


async def got(providers: "ProviderServiceAsyncStub", name: str = "providers/openai") -> Provider:
    """Reads a provider."""
    return (await providers.GetProvider(messages.GetProviderRequest(name=name))).provider


async def listed(providers: "ProviderServiceAsyncStub", **fields: object) -> list[str]:
    """Lists the names of providers."""
    response = await providers.ListProviders(messages.ListProvidersRequest(**fields))  # type: ignore[arg-type] # fields of tests
    return [provider.name for provider in response.providers]


async def updated(providers: "ProviderServiceAsyncStub", *paths: str, **fields: object) -> Provider:
    """Changes a provider."""
    provider = Provider(**{"name": "providers/openai", **fields})  # type: ignore[arg-type] # fields of tests
    request = messages.UpdateProviderRequest(provider=provider, update_mask=FieldMask(paths=paths))
    return (await providers.UpdateProvider(request)).provider


async def test_a_provider_is_made_with_all_defaults_filled_in(providers: "ProviderServiceAsyncStub") -> None:
    provider = await made(providers, name="providers/ignored", uid="ignored")
    assert provider.name == "providers/openai"
    assert provider.uid.startswith("prv_")
    assert provider.base_url == "https://api.openai.com/v1"
    assert provider.timeouts.connect == Duration(seconds=5)
    assert await got(providers) == provider
    assert await got(providers, f"providers/{provider.uid}") == provider


async def test_what_is_wrong_with_a_new_provider_is_said_at_once(providers: "ProviderServiceAsyncStub") -> None:
    provider = Provider(kind=provider_pb2.PROVIDER_KIND_GEMINI, breaker=ProviderBreaker(failures=-1))
    status = await refused(providers.CreateProvider(messages.CreateProviderRequest(provider_id="a", provider=provider)))
    assert (status.code, status.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert status.fields == ("provider.kind", "provider.breaker.failures")
    assert "the kind gemini is not available in this version" in status.message


@pytest.mark.parametrize(
    ("given", "request_id", "field"), [("", "", "provider_id"), ("a/b", "", "provider_id"), ("a", "1", "request_id")]
)
async def test_ids_have_a_shape(providers: "ProviderServiceAsyncStub", given: str, request_id: str, field: str) -> None:
    request = messages.CreateProviderRequest(
        provider_id=given, provider=Provider(kind=SIMULATOR), request_id=request_id
    )
    assert (await refused(providers.CreateProvider(request))).fields == (field,)


async def test_a_name_is_given_once(providers: "ProviderServiceAsyncStub") -> None:
    await made(providers)
    status = await refused(made(providers))
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")


async def test_the_same_request_makes_one_provider(providers: "ProviderServiceAsyncStub") -> None:
    request = messages.CreateProviderRequest(
        provider_id="a", provider=Provider(kind=SIMULATOR), request_id=new_request()
    )
    first = await providers.CreateProvider(request)
    assert await providers.CreateProvider(request) == first
    request.provider.disabled = True
    assert (await refused(providers.CreateProvider(request))).reason == "IDEMPOTENCY_CONFLICT"
    assert await listed(providers) == ["providers/a"]


@pytest.mark.parametrize("name", ["providers/nobody", "providers/prv_01m7z3989far80fhrmrk2yygp9"])
async def test_nobody_finds_what_is_not_there(providers: "ProviderServiceAsyncStub", name: str) -> None:
    delete = messages.DeleteProviderRequest(name=name)
    calls = (got(providers, name), updated(providers, name=name), providers.DeleteProvider(delete))
    for call in calls:
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
        assert status.facts == {"resource": name}
    delete.allow_missing = True
    await providers.DeleteProvider(delete)


async def test_only_what_is_set_changes(providers: "ProviderServiceAsyncStub") -> None:
    before = await made(providers, timeouts=ProviderTimeouts(total=Duration(seconds=7)))
    after = await updated(providers, timeouts=ProviderTimeouts(idle=Duration(seconds=1)), disabled=True)
    assert after.disabled
    assert after.timeouts.idle == Duration(seconds=1)
    assert after.timeouts.total == Duration(seconds=7)
    assert after.etag != before.etag
    assert await got(providers) == after


@pytest.mark.parametrize("path", ["timeouts", "timeouts.idle", "*"])
async def test_what_the_mask_names_and_the_provider_lacks_is_as_by_default(
    providers: "ProviderServiceAsyncStub", path: str
) -> None:
    await made(providers, timeouts=ProviderTimeouts(idle=Duration(seconds=1)))
    assert (await updated(providers, path, kind=OPENAI)).timeouts.idle == Duration(seconds=30)


async def test_a_change_that_changes_nothing_leaves_no_trace(
    world: AdminWorld, providers: "ProviderServiceAsyncStub"
) -> None:
    before, version = await made(providers), await world.store.version()
    assert await updated(providers, "disabled") == before
    assert await world.store.version() == version


@pytest.mark.parametrize(
    ("paths", "fields", "path"),
    [
        (("nonsense",), {}, "update_mask"),
        (("timeouts.nonsense",), {}, "update_mask"),
        ((), {"base_url": "ftp://a"}, "provider.base_url"),
        (("kind",), {}, "provider.kind"),
        ((), {"breaker": ProviderBreaker(reset=Duration(seconds=-1))}, "provider.breaker.reset"),
        ((), {"name": "openai"}, "provider.name"),
    ],
)
async def test_a_wrong_change_is_refused(
    providers: "ProviderServiceAsyncStub", paths: tuple[str, ...], fields: dict[str, object], path: str
) -> None:
    before = await made(providers)
    assert (await refused(updated(providers, *paths, **fields))).fields == (path,)
    assert await got(providers) == before


async def test_another_kind_brings_its_own_address(providers: "ProviderServiceAsyncStub") -> None:
    await made(providers)
    assert (await updated(providers, kind=SIMULATOR)).base_url == ""
    assert (await updated(providers, kind=OPENAI)).base_url == "https://api.openai.com/v1"


async def test_an_etag_must_fit(providers: "ProviderServiceAsyncStub") -> None:
    first = await made(providers)
    second = await updated(providers, disabled=True, etag=first.etag)
    for call in (
        updated(providers, disabled=False, etag=first.etag),
        providers.DeleteProvider(messages.DeleteProviderRequest(name=first.name, etag=first.etag)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    await providers.DeleteProvider(messages.DeleteProviderRequest(name=first.name, etag=second.etag))
    assert await listed(providers) == []


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", ["providers/gpu", "providers/openai", "providers/sim"]),
        ("kind = OPENAI", ["providers/openai"]),
        ("kind != SIMULATOR AND disabled = false", ["providers/openai"]),
        ("id = g*", ["providers/gpu"]),
        ('base_url = "http://gpu*"', ["providers/gpu"]),
        ("managed_by = API AND disabled = true", ["providers/gpu"]),
        ('create_time < "2020-01-01T00:00:00Z"', []),
        ('update_time > "2020-01-01T00:00:00Z" AND id = sim', ["providers/sim"]),
    ],
)
async def test_lists_are_filtered(providers: "ProviderServiceAsyncStub", written: str, names: list[str]) -> None:
    await made(providers)
    await made(providers, "gpu", kind=provider_pb2.PROVIDER_KIND_VLLM, base_url="http://gpu/v1", disabled=True)
    await made(providers, "sim", kind=SIMULATOR)
    assert sorted(await listed(providers, filter=written)) == names


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"filter": "kind = WHATEVER"}, "filter"),
        ({"filter": "balance = RANDOM"}, "filter"),
        ({"page_size": -1}, "page_size"),
        ({"page_token": "nonsense"}, "page_token"),
    ],
)
async def test_a_wrong_list_is_refused(
    providers: "ProviderServiceAsyncStub", fields: dict[str, object], path: str
) -> None:
    assert (await refused(listed(providers, **fields))).fields == (path,)


async def test_pages_go_on_where_the_last_ended(providers: "ProviderServiceAsyncStub") -> None:
    for given in ("a", "b", "c"):
        await made(providers, given, kind=SIMULATOR)
    first = await providers.ListProviders(messages.ListProvidersRequest(page_size=2))
    second = messages.ListProvidersRequest(page_size=2, page_token=first.next_page_token)
    last = await providers.ListProviders(second)
    assert (len(first.providers), len(last.providers)) == (2, 1)
    assert sorted(provider.name for provider in (*first.providers, *last.providers)) == [
        "providers/a",
        "providers/b",
        "providers/c",
    ]
    assert last.next_page_token == ""
    second.filter = "disabled = false"
    assert (await refused(providers.ListProviders(second))).fields == ("page_token",)


async def test_a_provider_that_models_need_stays(world: AdminWorld, providers: "ProviderServiceAsyncStub") -> None:
    await made(providers)
    async with world.store.changing(ACTOR) as change:
        for number in range(7):
            await change.models.create(StoredModel(f"m{number}", (StoredTarget("openai", "gpt"),)))
        await change.models.create(StoredModel("other", (StoredTarget("other", "gpt"),)))
    status = await refused(
        providers.DeleteProvider(messages.DeleteProviderRequest(name="providers/openai", force=True))
    )
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "RESOURCE_IN_USE")
    assert status.facts == {
        "resource": "providers/openai",
        "needed_by": "models/m0, models/m1, models/m2, models/m3, models/m4",
        "needed_by_count": "7",
    }
    assert "and 2 more" in status.message
    assert await listed(providers) == ["providers/openai"]


async def test_a_provider_goes_with_all_that_hangs_on_it_if_forced(
    world: AdminWorld, providers: "ProviderServiceAsyncStub"
) -> None:
    provider, key = await made(providers), world.vault.master_keys.current
    async with world.store.changing(ACTOR) as change:
        credential = await change.credentials.create(StoredCredential(provider.uid, "a", ""))
        await change.secrets.put(seal(key, b"secret", owner=credential.uid, purpose="provider-key"))
        for kind, uid in (("provider", provider.uid), ("credential", credential.uid), ("default", "")):
            await change.limits.create(Limit(kind, uid, "requests", "day", 5))  # type: ignore[arg-type] # words of the loop
        await change.prices.append("openai", "gpt", Price(1, 1), effective_from=change.now)
    request = messages.DeleteProviderRequest(name=provider.name)
    status = await refused(providers.DeleteProvider(request))
    assert status.reason == "RESOURCE_IN_USE"
    assert status.facts["needed_by"] == "providers/openai/credentials/a"
    request.force = True
    await providers.DeleteProvider(request)
    async with world.store.reading() as reading:
        assert not await reading.credentials.page(Page())
        assert not await reading.secrets.of("provider-key")
        assert [limit.value.scope_kind for limit in await reading.limits.page(Page())] == ["default"]
        assert len(await reading.prices.page(Page())) == 1
        assert (await reading.audit.verify()).broken is None
    assert (await refused(got(providers))).reason == "RESOURCE_NOT_FOUND"
    assert (await made(providers)).uid != provider.uid


async def test_changes_are_told_to_whoever_follows(world: AdminWorld, providers: "ProviderServiceAsyncStub") -> None:
    call = providers.CreateProvider(messages.CreateProviderRequest(provider_id="a", provider=Provider(kind=SIMULATOR)))
    await call
    metadata = dict(await call.initial_metadata())
    assert metadata["x-weir-configuration-version"] == str(await world.store.version())
