"""Applying a file twice under one request id: it is done once, and answered alike for a day."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from grpc import StatusCode

from gateway_core.records.user import User
from gateway_core.storage.query import Page, Where
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import config_service_pb2 as messages
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.config_service_pb2_grpc import ConfigServiceAsyncStub

FILE = "version: 1\nusers:\n  alice: {keys: [{name: laptop}], quotas: [{per: day, tokens: 5}]}\n"


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service."""
    async with running_admin() as running:
        yield running


@pytest.fixture
def config(world: AdminWorld) -> "ConfigServiceAsyncStub":
    """Calls the service as an owner."""
    return world.stub(ConfigServiceStub)


async def applied(
    config: "ConfigServiceAsyncStub", text: str = FILE, request_id: str = ""
) -> messages.ApplyConfigResponse:
    """Applies a file."""
    return await config.ApplyConfig(messages.ApplyConfigRequest(yaml=text, request_id=request_id))


async def test_a_repeated_request_gets_the_first_answer_without_secrets(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    once = new_request()
    first = await applied(config, request_id=once)
    await applied(config, "version: 1\n", request_id=new_request())
    version = await world.store.version()
    again = await applied(config, request_id=once)
    assert [one.api_key for one in first.issued_secrets] == ["users/alice/apiKeys/laptop"]
    first.ClearField("issued_secrets")
    assert again == first
    assert await world.store.version() == version


async def test_what_is_kept_of_an_answer_is_no_setting_and_no_change(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    before = await world.store.version()
    reply = await applied(config, request_id=new_request())
    assert reply.configuration_version == before + 1 == await world.store.version()
    await applied(config, request_id=new_request())
    assert await world.store.version() == before + 1
    async with world.store.reading() as reading:
        names = {setting.value.name for setting in await reading.settings.page(Page())}
        kept = [entry for entry in await reading.audit.page() if "issuedSecrets" in f"{entry.before}{entry.after}"]
    assert ("applied-file" in names, [name for name in names if name.startswith("applied-file:")]) == (True, [])
    assert kept == []


async def test_a_repeated_request_that_changed_nothing_changes_nothing_again(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    await applied(config)
    once = new_request()
    nothing = await applied(config, request_id=once)
    async with world.store.changing(ACTOR) as change:
        user = await change.users.find(Where("name", "=", "alice"))
        assert user is not None
        await change.users.update(user.uid, User("alice", disabled=True))
    again = await applied(config, request_id=once)
    assert again == nothing
    assert (list(nothing.changes), len(nothing.problems)) == ([], 1)
    plan = await config.PlanConfig(messages.PlanConfigRequest(yaml=FILE))
    assert [change.drift for change in plan.changes] == [True]


async def test_a_request_that_was_forgotten_is_carried_out_anew(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    once = new_request()
    await applied(config, request_id=once)
    await world.store.forget_requests(datetime.now(UTC) + timedelta(days=1))
    emptied = await applied(config, "version: 1\n", request_id=once)
    assert [change.resource for change in emptied.changes] == ["users/alice"]
    assert await applied(config, "version: 1\n", request_id=once) == emptied


async def test_a_request_id_for_another_file_is_a_conflict(config: "ConfigServiceAsyncStub") -> None:
    once = new_request()
    await applied(config, request_id=once)
    failure = await refused(applied(config, "version: 1\n", request_id=once))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "IDEMPOTENCY_CONFLICT")
