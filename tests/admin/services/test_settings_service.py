"""SettingsService over a real connection: there always are settings, and every change of them is kept."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from gateway_core.storage.gateway_settings import read_gateway_settings
from tests.fakes.admin_calls import refused
from tests.fakes.admin_world import AdminWorld, running_admin
from weir.admin.v1 import settings_service_pb2 as messages
from weir.admin.v1.managed_by_pb2 import MANAGED_BY_API
from weir.admin.v1.settings_pb2 import PrivacySettings, Settings
from weir.admin.v1.settings_service_pb2_grpc import SettingsServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.settings_service_pb2_grpc import SettingsServiceAsyncStub


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service."""
    async with running_admin() as running:
        yield running


@pytest.fixture
def stub(world: AdminWorld) -> "SettingsServiceAsyncStub":
    """Calls the service as an operator."""
    return world.stub(SettingsServiceStub, "operator")


async def got(stub: "SettingsServiceAsyncStub") -> Settings:
    """Reads the settings."""
    return (await stub.GetSettings(messages.GetSettingsRequest())).settings


async def updated(stub: "SettingsServiceAsyncStub", *paths: str, **fields: object) -> Settings:
    """Changes the settings."""
    request = messages.UpdateSettingsRequest(settings=Settings(**fields), update_mask=FieldMask(paths=paths))  # type: ignore[arg-type] # fields of tests
    return (await stub.UpdateSettings(request)).settings


async def test_there_are_settings_before_anybody_made_any(stub: "SettingsServiceAsyncStub") -> None:
    settings = await got(stub)
    assert settings.name == "settings"
    assert settings.etag
    assert settings.staleness_bound == Duration(seconds=10)
    assert settings.privacy == PrivacySettings(store_prompts=False, redact_logs=True)
    assert not settings.HasField("create_time")


async def test_a_change_is_kept_and_the_rest_stays(world: AdminWorld, stub: "SettingsServiceAsyncStub") -> None:
    first = await updated(stub, staleness_bound=Duration(seconds=20))
    assert (first.staleness_bound, first.managed_by) == (Duration(seconds=20), MANAGED_BY_API)
    assert first.HasField("create_time")
    second = await updated(stub, privacy=PrivacySettings(redact_logs=False))
    assert (second.staleness_bound, second.privacy.redact_logs) == (Duration(seconds=20), False)
    assert second.create_time == first.create_time
    assert await got(stub) == second
    async with world.store.reading() as reading:
        kept, record = await read_gateway_settings(reading)
    assert (kept.staleness_bound, kept.redact_logs) == (20.0, False)
    assert record is not None
    assert record.revision == 2


@pytest.mark.parametrize("paths", [("staleness_bound", "privacy.redact_logs"), ("*",), ("privacy", "staleness_bound")])
async def test_what_the_mask_names_and_the_settings_lack_is_as_by_default(
    stub: "SettingsServiceAsyncStub", paths: tuple[str, ...]
) -> None:
    before = await got(stub)
    await updated(stub, staleness_bound=Duration(seconds=20), privacy=PrivacySettings(redact_logs=False))
    after = await updated(stub, *paths)
    assert (after.staleness_bound, after.privacy) == (before.staleness_bound, before.privacy)


async def test_a_change_that_changes_nothing_leaves_no_trace(
    world: AdminWorld, stub: "SettingsServiceAsyncStub"
) -> None:
    version = await world.store.version()
    assert await updated(stub, staleness_bound=Duration(seconds=10)) == await got(stub)
    assert await world.store.version() == version
    changed = await updated(stub, staleness_bound=Duration(seconds=11))
    assert await updated(stub, staleness_bound=Duration(seconds=11)) == changed
    assert await world.store.version() == version + 1


async def test_an_etag_must_fit_also_before_anybody_made_any(stub: "SettingsServiceAsyncStub") -> None:
    first = await got(stub)
    second = await updated(stub, etag=first.etag, staleness_bound=Duration(seconds=20))
    assert second.etag != first.etag
    status = await refused(updated(stub, etag=first.etag, staleness_bound=Duration(seconds=30)))
    assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    third = await updated(stub, etag=second.etag, staleness_bound=Duration(seconds=30))
    assert third.staleness_bound == Duration(seconds=30)


@pytest.mark.parametrize(
    ("paths", "fields", "path"),
    [
        ((), {"staleness_bound": Duration(nanos=1)}, "settings.staleness_bound"),
        ((), {"staleness_bound": Duration(seconds=301)}, "settings.staleness_bound"),
        (("privacy.nonsense",), {}, "update_mask"),
    ],
)
async def test_a_wrong_change_is_refused(
    stub: "SettingsServiceAsyncStub", paths: tuple[str, ...], fields: dict[str, object], path: str
) -> None:
    status = await refused(updated(stub, *paths, **fields))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", (path,))
    assert (await got(stub)).staleness_bound == Duration(seconds=10)
