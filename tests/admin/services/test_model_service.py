"""ModelService over a real connection: models come, change, and go if no other falls back to them."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from gateway_core.records.limit import Limit
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.storage.query import Page, Where
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import model_pb2
from weir.admin.v1 import model_service_pb2 as messages
from weir.admin.v1.model_pb2 import Model, ModelRetries, ModelTarget
from weir.admin.v1.model_service_pb2_grpc import ModelServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.model_service_pb2_grpc import ModelServiceAsyncStub

TARGET = ModelTarget(provider="providers/one", provider_model="m")


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service that knows two providers."""
    async with running_admin() as running:
        async with running.store.changing(ACTOR) as change:
            for name in ("one", "two"):
                await change.providers.create(StoredProvider(name, "simulator"))
        yield running


@pytest.fixture
def models(world: AdminWorld) -> "ModelServiceAsyncStub":
    """Calls the service as an operator."""
    return world.stub(ModelServiceStub, "operator")


async def made(models: "ModelServiceAsyncStub", given: str = "fast", **fields: object) -> Model:
    """Makes a model."""
    model = Model(**{"targets": [TARGET], **fields})  # type: ignore[arg-type] # fields of tests
    return (await models.CreateModel(messages.CreateModelRequest(model_id=given, model=model))).model


async def got(models: "ModelServiceAsyncStub", name: str = "models/fast") -> Model:
    """Reads a model."""
    return (await models.GetModel(messages.GetModelRequest(name=name))).model


async def listed(models: "ModelServiceAsyncStub", **fields: object) -> list[str]:
    """Lists the names of models."""
    response = await models.ListModels(messages.ListModelsRequest(**fields))  # type: ignore[arg-type] # fields of tests
    return sorted(model.name for model in response.models)


async def updated(models: "ModelServiceAsyncStub", *paths: str, **fields: object) -> Model:
    """Changes a model."""
    model = Model(**{"name": "models/fast", **fields})  # type: ignore[arg-type] # fields of tests
    request = messages.UpdateModelRequest(model=model, update_mask=FieldMask(paths=paths))
    return (await models.UpdateModel(request)).model


async def test_a_model_is_made_with_all_defaults_filled_in(world: AdminWorld, models: "ModelServiceAsyncStub") -> None:
    await made(models, "slow")
    model = await made(models, "meta-llama/Llama-3.1-8B", fallbacks=["models/slow"], name="models/ignored")
    assert model.name == "models/meta-llama/Llama-3.1-8B"
    assert model.strategy == model_pb2.ROUTING_STRATEGY_FIXED
    assert model.retries.attempts == 2
    assert await got(models, model.name) == model
    assert await got(models, f"models/{model.uid}") == model
    async with world.store.reading() as reading:
        kept = await reading.models.get(model.uid)
    assert kept.value == StoredModel("meta-llama/Llama-3.1-8B", (StoredTarget("one", "m"),), fallback=("slow",))


async def test_what_a_model_refers_to_must_exist(models: "ModelServiceAsyncStub") -> None:
    nobody = ModelTarget(provider="providers/nobody", provider_model="m")
    call = made(models, targets=[TARGET, nobody], fallbacks=["models/nothing"])
    status = await refused(call)
    assert (status.code, status.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert status.fields == ("model.targets[1].provider", "model.fallbacks[0]")
    await made(models)
    assert (await refused(updated(models, targets=[nobody]))).fields == ("model.targets[0].provider",)
    assert (await refused(updated(models, fallbacks=["models/nothing"]))).fields == ("model.fallbacks[0]",)


async def test_what_a_model_referred_to_before_is_not_asked_about(
    world: AdminWorld, models: "ModelServiceAsyncStub"
) -> None:
    await made(models)
    async with world.store.changing(ACTOR) as change:
        provider = await change.providers.find(Where("name", "=", "one"))
        assert provider is not None
        await change.providers.delete(provider.uid)
    assert (await updated(models, disabled=True)).disabled


@pytest.mark.parametrize(
    ("given", "fields", "paths"),
    [
        ("", {}, ("model_id",)),
        ("a//b", {}, ("model_id",)),
        ("a" * 201, {}, ("model_id",)),
        ("a", {"targets": []}, ("model.targets",)),
        ("a", {"targets": [TARGET, TARGET], "fallbacks": ["models/a"]}, ("model.targets[1]", "model.fallbacks[0]")),
    ],
)
async def test_what_is_wrong_with_a_new_model_is_said(
    models: "ModelServiceAsyncStub", given: str, fields: dict[str, object], paths: tuple[str, ...]
) -> None:
    assert (await refused(made(models, given, **fields))).fields == paths


async def test_a_name_is_given_once(models: "ModelServiceAsyncStub") -> None:
    await made(models)
    assert (await refused(made(models))).reason == "ALREADY_EXISTS"


async def test_the_same_request_makes_one_model_whatever_went_since(
    world: AdminWorld, models: "ModelServiceAsyncStub"
) -> None:
    request = messages.CreateModelRequest(model_id="fast", model=Model(targets=[TARGET]), request_id=new_request())
    first = await models.CreateModel(request)
    assert await models.CreateModel(request) == first
    await models.DeleteModel(messages.DeleteModelRequest(name="models/fast"))
    async with world.store.changing(ACTOR) as change:
        for provider in await change.providers.page(Page()):
            await change.providers.delete(provider.uid)
    assert (await models.CreateModel(request)).model.uid == first.model.uid
    request.model.disabled = True
    assert (await refused(models.CreateModel(request))).reason == "IDEMPOTENCY_CONFLICT"


async def test_nobody_finds_what_is_not_there(models: "ModelServiceAsyncStub") -> None:
    name = "models/nothing/at/all"
    delete = messages.DeleteModelRequest(name=name)
    for call in (got(models, name), updated(models, name=name), models.DeleteModel(delete)):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
        assert status.facts == {"resource": name}
    delete.allow_missing = True
    await models.DeleteModel(delete)


async def test_only_what_is_set_changes_and_lists_are_replaced_whole(models: "ModelServiceAsyncStub") -> None:
    await made(models, "slow")
    await made(models, fallbacks=["models/slow"], retries=ModelRetries(attempts=5))
    other = ModelTarget(provider="providers/two", provider_model="m", weight=3)
    after = await updated(models, targets=[other], retries=ModelRetries(backoff=Duration(seconds=1)))
    assert list(after.targets) == [other]
    assert list(after.fallbacks) == ["models/slow"]
    assert (after.retries.attempts, after.retries.backoff) == (5, Duration(seconds=1))
    assert list((await updated(models, "fallbacks")).fallbacks) == []
    assert (await updated(models, "retries.attempts")).retries.attempts == 2
    assert await got(models) == await updated(models)


@pytest.mark.parametrize(
    ("paths", "fields", "path"),
    [
        (("targets[0]",), {}, "update_mask"),
        (("targets",), {}, "model.targets"),
        (("*",), {}, "model.targets"),
        ((), {"fallbacks": ["models/fast"]}, "model.fallbacks[0]"),
        ((), {"retries": ModelRetries(budget=2)}, "model.retries.budget"),
        ((), {"name": "fast"}, "model.name"),
    ],
)
async def test_a_wrong_change_is_refused(
    models: "ModelServiceAsyncStub", paths: tuple[str, ...], fields: dict[str, object], path: str
) -> None:
    before = await made(models)
    assert (await refused(updated(models, *paths, **fields))).fields == (path,)
    assert await got(models) == before


async def test_an_etag_must_fit(models: "ModelServiceAsyncStub") -> None:
    first = await made(models)
    second = await updated(models, disabled=True, etag=first.etag)
    for call in (
        updated(models, disabled=True, etag=first.etag),
        models.DeleteModel(messages.DeleteModelRequest(name=first.name, etag=first.etag)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    await models.DeleteModel(messages.DeleteModelRequest(name=first.name, etag=second.etag))
    assert await listed(models) == []


async def test_a_model_that_others_fall_back_to_stays(models: "ModelServiceAsyncStub") -> None:
    await made(models)
    await made(models, "first", fallbacks=["models/fast"])
    await made(models, "second", fallbacks=["models/first", "models/fast"])
    request = messages.DeleteModelRequest(name="models/fast")
    status = await refused(models.DeleteModel(request))
    assert (status.code, status.reason) == (StatusCode.FAILED_PRECONDITION, "RESOURCE_IN_USE")
    assert status.facts == {
        "resource": "models/fast",
        "needed_by": "models/first, models/second",
        "needed_by_count": "2",
    }
    await models.DeleteModel(messages.DeleteModelRequest(name="models/second"))
    await updated(models, "fallbacks", name="models/first")
    await models.DeleteModel(request)
    assert await listed(models) == ["models/first"]


async def test_a_model_goes_with_its_limits_for_good(world: AdminWorld, models: "ModelServiceAsyncStub") -> None:
    model, other = await made(models), await made(models, "other")
    async with world.store.changing(ACTOR) as change:
        for uid in (model.uid, other.uid):
            await change.limits.create(Limit("model", uid, "requests", "day", 5))
    await models.DeleteModel(messages.DeleteModelRequest(name=model.name))
    async with world.store.reading() as reading:
        assert [limit.value.scope_id for limit in await reading.limits.page(Page())] == [other.uid]
    assert (await refused(got(models))).reason == "RESOURCE_NOT_FOUND"
    assert (await made(models)).uid != model.uid


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("", ["models/a/b", "models/fast"]),
        ("id = a/*", ["models/a/b"]),
        ("strategy = SCORED", ["models/a/b"]),
        ("stream_break != CONTINUE AND disabled = false", ["models/fast"]),
        ("managed_by = FILE", []),
        ('create_time > "2020-01-01T00:00:00Z" AND update_time < "2020-01-01T00:00:00Z"', []),
    ],
)
async def test_lists_are_filtered(models: "ModelServiceAsyncStub", written: str, names: list[str]) -> None:
    await made(models)
    await made(
        models,
        "a/b",
        strategy=model_pb2.ROUTING_STRATEGY_SCORED,
        stream_break=model_pb2.STREAM_BREAK_CONTINUE,
        disabled=True,
    )
    assert await listed(models, filter=written) == names


@pytest.mark.parametrize("fields", [{"filter": "targets = a"}, {"filter": "strategy = BEST"}, {"page_size": -1}])
async def test_a_wrong_list_is_refused(models: "ModelServiceAsyncStub", fields: dict[str, object]) -> None:
    assert (await refused(listed(models, **fields))).fields == tuple(fields)


async def test_pages_go_on_where_the_last_ended(models: "ModelServiceAsyncStub") -> None:
    for given in ("a", "b", "c"):
        await made(models, given)
    first = await models.ListModels(messages.ListModelsRequest(page_size=2))
    last = await models.ListModels(messages.ListModelsRequest(page_size=2, page_token=first.next_page_token))
    assert (len(first.models), last.next_page_token) == (2, "")
    assert sorted(model.name for model in (*first.models, *last.models)) == ["models/a", "models/b", "models/c"]
