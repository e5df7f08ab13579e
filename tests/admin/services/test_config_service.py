"""ConfigService over a real connection: files are planned, applied once, exported and followed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import TYPE_CHECKING

import grpc
import pytest
from grpc import StatusCode

from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.user import User
from gateway_core.storage.query import Where
from tests.fakes.admin_calls import refused
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import config_service_pb2 as messages
from weir.admin.v1.config_change_pb2 import (
    CONFIG_ACTION_ADOPT,
    CONFIG_ACTION_CREATE,
    CONFIG_SEVERITY_ERROR,
    CONFIG_SEVERITY_WARNING,
)
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub
from weir.admin.v1.managed_by_pb2 import MANAGED_BY_API, MANAGED_BY_FILE

if TYPE_CHECKING:
    from weir.admin.v1.config_service_pb2_grpc import ConfigServiceAsyncStub

FILE = (
    "version: 1\n"
    "providers:\n"
    "  p: {kind: simulator, credentials: [{name: a, secret: '${SECRET}'}]}\n"
    "users:\n"
    "  alice: {keys: [{name: laptop}], quotas: [{per: day, tokens: 5}]}\n"
)
SECRET = "s-0123456789abcdef"
VARIABLES = {"SECRET": SECRET}
BROKEN = "version: 1\nusers: {alice: {keyz: []}}\nmodels: {m: {targets: []}}\n"
UNKNOWN = "version: 1\nmodels: {m: {targets: [{provider: nobody, model: x}]}}\n"


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service."""
    async with running_admin() as running:
        yield running


@pytest.fixture
def config(world: AdminWorld) -> "ConfigServiceAsyncStub":
    """Calls the service as an owner."""
    return world.stub(ConfigServiceStub)


async def planned(config: "ConfigServiceAsyncStub", text: str = FILE) -> messages.PlanConfigResponse:
    """Plans a file."""
    return await config.PlanConfig(messages.PlanConfigRequest(yaml=text, variables=VARIABLES))


async def applied(config: "ConfigServiceAsyncStub", text: str = FILE, **fields: str) -> messages.ApplyConfigResponse:
    """Applies a file."""
    return await config.ApplyConfig(messages.ApplyConfigRequest(yaml=text, variables=VARIABLES, **fields))


async def test_a_plan_says_what_would_change_and_changes_nothing(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    before = await world.store.version()
    plan = await planned(config)
    assert [(change.action, change.resource, change.line) for change in plan.changes] == [
        (CONFIG_ACTION_CREATE, "providers/p", 3),
        (CONFIG_ACTION_CREATE, "providers/p/credentials/a", 3),
        (CONFIG_ACTION_CREATE, "users/alice", 5),
        (CONFIG_ACTION_CREATE, "users/alice/apiKeys/laptop", 5),
        (CONFIG_ACTION_CREATE, "limits", 5),
    ]
    secret = plan.changes[1].fields[2]
    assert (secret.path, secret.HasField("before_json"), secret.after_json) == ("secret", False, '"***"')
    (warning,) = plan.problems
    assert (warning.severity, warning.line, warning.path) == (CONFIG_SEVERITY_WARNING, 5, "users.alice.quotas")
    assert plan.etag
    assert plan.configuration_version == before == await world.store.version()
    assert SECRET not in str(plan)


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        (BROKEN, [(2, "users.alice"), (3, "models.m.targets")]),
        (UNKNOWN, [(2, "models.m.targets[0].provider")]),
        ("", [(0, "")]),
        ("models: {}", [(1, "")]),
    ],
)
async def test_a_plan_of_a_file_with_errors_is_an_answer(
    config: "ConfigServiceAsyncStub", text: str, paths: list[tuple[int, str]]
) -> None:
    plan = await planned(config, text)
    assert [(problem.line, problem.path) for problem in plan.problems] == paths
    assert {problem.severity for problem in plan.problems} == {CONFIG_SEVERITY_ERROR}
    assert (list(plan.changes), plan.etag) == ([], "")


@pytest.mark.parametrize(
    ("text", "fields", "sentence"),
    [
        (
            BROKEN,
            ("users.alice", "models.m.targets"),
            "users.alice: line 2: unknown key `keyz`, did you mean `keys`? (and 1 more)",
        ),
        (
            UNKNOWN,
            ("models.m.targets[0].provider",),
            "models.m.targets[0].provider: line 2: there is no provider of this name",
        ),
        ("", ("yaml",), "the file is empty: it must at least hold `version: 1`"),
        ("version: 2", ("version",), "version: line 1: this version of Weir reads files of version 1"),
    ],
)
async def test_a_file_with_errors_is_refused_as_a_whole_and_the_old_one_stays_in_force(
    world: AdminWorld, config: "ConfigServiceAsyncStub", text: str, fields: tuple[str, ...], sentence: str
) -> None:
    await applied(config)
    version = await world.store.version()
    failure = await refused(applied(config, text))
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, "CONFIG_INVALID")
    assert (failure.fields, failure.message) == (fields, f"the file is refused: {sentence}")
    assert await world.store.version() == version


async def test_variables_come_from_the_request_alone(config: "ConfigServiceAsyncStub") -> None:
    plan = await config.PlanConfig(messages.PlanConfigRequest(yaml=FILE.replace("SECRET", "PATH"), variables={}))
    assert [problem.message for problem in plan.problems if problem.severity == CONFIG_SEVERITY_ERROR] == [
        "the variable `PATH` is not set"
    ]


async def test_a_file_that_is_too_large_is_refused(config: "ConfigServiceAsyncStub") -> None:
    large = "#" * (4 * 1024 * 1024 + 1)
    failure = await refused(planned(config, large))
    assert (failure.code, failure.reason) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert failure.fields == ("yaml",)


async def test_applying_makes_the_records_and_issues_keys_once(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    reply = await applied(config)
    assert len(reply.changes) == 5
    assert [problem.path for problem in reply.problems] == ["users.alice.quotas"]
    assert reply.configuration_version == await world.store.version()
    ((name, secret),) = [(one.api_key, one.secret) for one in reply.issued_secrets]
    assert name == "users/alice/apiKeys/laptop"
    async with world.store.reading() as reading:
        assert await reading.key_hashes.find(world.vault.peppers.hashes(secret)) is not None
        (entry, *_) = await reading.audit.page(where=[Where("kind", "=", "user")])
    assert entry.actor.name == "adminTokens/owner"
    again = await applied(config)
    assert (list(again.changes), list(again.issued_secrets)) == ([], [])
    assert again.configuration_version == reply.configuration_version


async def test_what_was_seen_is_what_is_applied(world: AdminWorld, config: "ConfigServiceAsyncStub") -> None:
    plan = await planned(config)
    async with world.store.changing(ACTOR) as change:
        await change.users.create(User("somebody_else"))
    assert (await planned(config)).etag == plan.etag
    async with world.store.changing(ACTOR) as change:
        await change.users.create(User("alice"))
    failure = await refused(applied(config, etag=plan.etag))
    assert (failure.code, failure.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    newer = await planned(config)
    assert newer.etag != plan.etag
    reply = await applied(config, etag=newer.etag)
    assert list(reply.changes) == list(newer.changes)


async def test_an_etag_stands_for_file_and_variables(config: "ConfigServiceAsyncStub") -> None:
    plan = await planned(config)
    other = await config.PlanConfig(messages.PlanConfigRequest(yaml=FILE, variables={"SECRET": "another-secret-1"}))
    assert other.changes == plan.changes
    assert other.etag != plan.etag
    assert (await planned(config, f"{FILE}# more\n")).etag != plan.etag


async def test_what_others_need_is_not_deleted(world: AdminWorld, config: "ConfigServiceAsyncStub") -> None:
    await applied(config)
    async with world.store.changing(ACTOR) as change:
        await change.models.create(StoredModel("theirs", (StoredTarget("p", "x"),)))
    failure = await refused(applied(config, "version: 1\n"))
    assert (failure.code, failure.reason) == (StatusCode.FAILED_PRECONDITION, "RESOURCE_IN_USE")
    (problem,) = (await planned(config, "version: 1\n")).problems
    assert (problem.severity, problem.path) == (CONFIG_SEVERITY_ERROR, "providers.p")


async def test_an_export_finds_nothing_to_change_but_what_the_file_takes_over(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    await applied(config)
    async with world.store.changing(ACTOR) as change:
        await change.users.create(User("bob"))
    whole = await config.ExportConfig(messages.ExportConfigRequest())
    assert whole.configuration_version == await world.store.version()
    (taken,) = (await planned(config, whole.yaml)).changes
    assert (taken.action, taken.resource, taken.adopted) == (CONFIG_ACTION_ADOPT, "users/bob", True)
    ours = await config.ExportConfig(messages.ExportConfigRequest(managed_by=MANAGED_BY_FILE))
    theirs = await config.ExportConfig(messages.ExportConfigRequest(managed_by=MANAGED_BY_API))
    assert ("bob" in ours.yaml, "alice" in ours.yaml) == (False, True)
    assert ("bob" in theirs.yaml, "alice" in theirs.yaml) == (True, False)


async def test_an_export_of_an_unknown_owner_is_refused(config: "ConfigServiceAsyncStub") -> None:
    failure = await refused(config.ExportConfig(messages.ExportConfigRequest(managed_by=99)))  # type: ignore[arg-type] # it is unknown
    assert failure.fields == ("managed_by",)


async def test_a_watcher_hears_what_applying_a_file_changes(
    world: AdminWorld, config: "ConfigServiceAsyncStub"
) -> None:
    version = await world.store.version()
    watching = config.WatchConfig(messages.WatchConfigRequest(watcher_id="w", resume_version=version))
    reply = await applied(config)
    kinds = set()
    async with asyncio.timeout(5):
        async for message in watching:
            kinds |= {event.kind for event in message.events}
            if message.progress.version >= reply.configuration_version:
                break
    watching.cancel()
    assert kinds >= {"provider", "credential", "user", "api_key", "limit"}


@pytest.mark.parametrize(("role", "may_plan", "may_export"), [("viewer", False, True), ("operator", True, True)])
async def test_roles_bound_what_can_be_done(world: AdminWorld, role: str, *, may_plan: bool, may_export: bool) -> None:
    stub = world.stub(ConfigServiceStub, role)  # type: ignore[arg-type] # one of the roles
    assert [may_plan, may_export] == [
        await is_allowed(stub.PlanConfig(messages.PlanConfigRequest(yaml="version: 1"))),
        await is_allowed(stub.ExportConfig(messages.ExportConfigRequest())),
    ]


async def is_allowed(call: Awaitable[object]) -> bool:
    """Says whether a call goes through."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        assert error.code() == StatusCode.PERMISSION_DENIED  # noqa: PT017 # anything else is a fault
        return False
    return True
