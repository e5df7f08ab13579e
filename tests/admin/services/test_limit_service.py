"""LimitService over a real connection: limits on all kinds of subjects, one for each kind of amount and period."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode

from gateway_core.records.limit import Limit as StoredLimit
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.storage.query import Where
from tests.fakes.admin_calls import new_request, refused
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from weir.admin.v1 import limit_service_pb2 as messages
from weir.admin.v1.limit_pb2 import LIMIT_PERIOD_DAY, LIMIT_PERIOD_MINUTE, LIMIT_PERIOD_MONTH, Limit
from weir.admin.v1.limit_service_pb2_grpc import LimitServiceStub

if TYPE_CHECKING:
    from weir.admin.v1.limit_service_pb2_grpc import LimitServiceAsyncStub

SUBJECTS = (
    "defaults",
    "users/alice",
    "users/alice/apiKeys/laptop",
    "models/a/b",
    "providers/sim",
    "providers/sim/credentials/main",
)
NOBODY = "limits/lim_01m7z3989far80fhrmrk2yygp9"


@pytest.fixture
async def world() -> AsyncIterator[AdminWorld]:
    """Runs an admin service that knows one record of each kind."""
    async with running_admin() as running:
        await running.add_api_key("alice", "laptop")
        async with running.store.changing(ACTOR) as change:
            provider = await change.providers.create(StoredProvider("sim", "simulator"))
            await change.credentials.create(StoredCredential(provider.uid, "main", ""))
            await change.models.create(StoredModel("a/b", (StoredTarget("sim", "m"),)))
        yield running


@pytest.fixture
def limits(world: AdminWorld) -> "LimitServiceAsyncStub":
    """Calls the service as somebody who looks after money."""
    return world.stub(LimitServiceStub, "billing")


async def made(limits: "LimitServiceAsyncStub", subject: str = "users/alice", **fields: object) -> Limit:
    """Makes a limit, of requests a day unless something else is said."""
    amount = fields or {"requests": 5, "period": LIMIT_PERIOD_DAY}
    request = messages.CreateLimitRequest(limit=Limit(subject=subject, **amount))  # type: ignore[arg-type] # fields of tests
    return (await limits.CreateLimit(request)).limit


async def got(limits: "LimitServiceAsyncStub", name: str) -> Limit:
    """Reads a limit."""
    return (await limits.GetLimit(messages.GetLimitRequest(name=name))).limit


async def listed(limits: "LimitServiceAsyncStub", **fields: object) -> list[str]:
    """Lists the subjects of limits."""
    response = await limits.ListLimits(messages.ListLimitsRequest(**fields))  # type: ignore[arg-type] # fields of tests
    return sorted(limit.subject for limit in response.limits)


async def updated(limits: "LimitServiceAsyncStub", *paths: str, **fields: object) -> Limit:
    """Changes a limit."""
    request = messages.UpdateLimitRequest(limit=Limit(**fields), update_mask=FieldMask(paths=paths))  # type: ignore[arg-type] # fields of tests
    return (await limits.UpdateLimit(request)).limit


@pytest.mark.parametrize("subject", SUBJECTS)
async def test_every_kind_of_subject_has_limits(limits: "LimitServiceAsyncStub", subject: str) -> None:
    limit = await made(limits, subject, concurrent_requests=3)
    assert limit.name == f"limits/{limit.uid}"
    assert limit.uid.startswith("lim_")
    assert (limit.subject, limit.period, limit.concurrent_requests) == (subject, 0, 3)
    assert await got(limits, limit.name) == limit
    assert await listed(limits, filter=f'subject = "{subject}"') == [subject]


async def test_subjects_are_listed_by_their_names(limits: "LimitServiceAsyncStub") -> None:
    for subject in SUBJECTS:
        await made(limits, subject)
    assert await listed(limits) == sorted(SUBJECTS)


async def test_a_subject_is_kept_by_its_uid(world: AdminWorld, limits: "LimitServiceAsyncStub") -> None:
    limit = await made(limits)
    async with world.store.reading() as reading:
        user = await reading.users.find(Where("name", "=", "alice"))
        assert user is not None
        kept = (await reading.limits.get(limit.uid)).value
    assert kept == StoredLimit("user", user.uid, "requests", "day", 5)
    assert (await made(limits, f"users/{user.uid}", concurrent_requests=1)).subject == "users/alice"


async def test_a_deleted_subject_goes_by_its_uid(world: AdminWorld, limits: "LimitServiceAsyncStub") -> None:
    await made(limits)
    await made(limits, "users/alice/apiKeys/laptop")
    async with world.store.changing(ACTOR) as change:
        user = await change.users.find(Where("name", "=", "alice"))
        assert user is not None
        await change.users.delete(user.uid)
        await change.limits.create(StoredLimit("api_key", "key_lost", "requests", "day", 5))
    named = f"users/{user.uid}"
    assert await listed(limits) == sorted(("users/-/apiKeys/key_lost", named, f"{named}/apiKeys/laptop"))
    assert await listed(limits, filter=f"subject = {named}") == [named]
    assert await listed(limits, filter="subject = users/alice") == [named]
    assert (await refused(made(limits, "users/alice", tokens=5, period=LIMIT_PERIOD_DAY))).fields == ("limit.subject",)


@pytest.mark.parametrize(
    ("subject", "fields", "paths"),
    [
        ("", {}, ("limit.subject",)),
        ("alice", {}, ("limit.subject",)),
        ("users/nobody", {}, ("limit.subject",)),
        ("users/nobody/apiKeys/laptop", {}, ("limit.subject",)),
        ("users/alice/apiKeys/nothing", {}, ("limit.subject",)),
        ("providers/sim/credentials/nothing", {}, ("limit.subject",)),
        ("models/nothing", {}, ("limit.subject",)),
        ("users/alice", {"period": LIMIT_PERIOD_DAY}, ("limit.amount",)),
        ("users/alice", {"requests": 5}, ("limit.period",)),
        ("users/alice", {"cost_nano_usd": 5, "period": LIMIT_PERIOD_MINUTE}, ("limit.period",)),
        (
            "users/alice",
            {"concurrent_requests": 0, "period": LIMIT_PERIOD_DAY},
            ("limit.period", "limit.concurrent_requests"),
        ),
    ],
)
async def test_what_is_wrong_with_a_new_limit_is_said(
    limits: "LimitServiceAsyncStub", subject: str, fields: dict[str, object], paths: tuple[str, ...]
) -> None:
    status = await refused(made(limits, subject, **fields))
    assert (status.code, status.reason, status.fields) == (StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST", paths)


async def test_there_is_one_limit_of_each_kind_and_period(limits: "LimitServiceAsyncStub") -> None:
    first = await made(limits, requests=5, period=LIMIT_PERIOD_DAY)
    await made(limits, requests=5, period=LIMIT_PERIOD_MONTH)
    await made(limits, tokens=5, period=LIMIT_PERIOD_DAY)
    await made(limits, "defaults", requests=5, period=LIMIT_PERIOD_DAY)
    status = await refused(made(limits, requests=6, period=LIMIT_PERIOD_DAY))
    assert (status.code, status.reason) == (StatusCode.ALREADY_EXISTS, "ALREADY_EXISTS")
    assert status.facts == {"resource": first.name}


async def test_the_same_request_makes_one_limit(limits: "LimitServiceAsyncStub") -> None:
    request = messages.CreateLimitRequest(
        limit=Limit(subject="defaults", concurrent_requests=5), request_id=new_request()
    )
    first = await limits.CreateLimit(request)
    assert await limits.CreateLimit(request) == first
    request.limit.concurrent_requests = 6
    assert (await refused(limits.CreateLimit(request))).reason == "IDEMPOTENCY_CONFLICT"
    assert await listed(limits) == ["defaults"]


@pytest.mark.parametrize("name", [NOBODY, "limits/any"])
async def test_nobody_finds_what_is_not_there(limits: "LimitServiceAsyncStub", name: str) -> None:
    delete = messages.DeleteLimitRequest(name=name)
    for call in (got(limits, name), updated(limits, name=name), limits.DeleteLimit(delete)):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.NOT_FOUND, "RESOURCE_NOT_FOUND")
        assert status.facts == {"resource": name}
    delete.allow_missing = True
    await limits.DeleteLimit(delete)


@pytest.mark.parametrize("paths", [(), ("requests",), ("*",), ("requests", "etag")])
async def test_how_much_can_change(limits: "LimitServiceAsyncStub", paths: tuple[str, ...]) -> None:
    before = await made(limits)
    after = await updated(limits, *paths, name=before.name, requests=7, etag=before.etag)
    assert (after.requests, after.uid, after.period, after.subject) == (7, before.uid, before.period, "users/alice")
    assert after.etag != before.etag
    assert await updated(limits, name=after.name, subject="users/alice", period=LIMIT_PERIOD_DAY) == after


@pytest.mark.parametrize(
    ("paths", "fields", "path"),
    [
        ((), {"tokens": 5}, "limit.tokens"),
        (("tokens",), {"tokens": 5}, "limit.tokens"),
        ((), {"subject": "defaults"}, "limit.subject"),
        (("period",), {}, "limit.period"),
        ((), {"requests": 0}, "limit.requests"),
        (("requests",), {}, "limit.amount"),
        (("nonsense",), {}, "update_mask"),
        ((), {"name": "lim"}, "limit.name"),
    ],
)
async def test_what_it_limits_cannot_change(
    limits: "LimitServiceAsyncStub", paths: tuple[str, ...], fields: dict[str, object], path: str
) -> None:
    before = await made(limits)
    status = await refused(updated(limits, *paths, **{"name": before.name, **fields}))
    assert (status.reason, status.fields) == ("INVALID_REQUEST", (path,))
    assert await got(limits, before.name) == before


async def test_an_etag_must_fit(limits: "LimitServiceAsyncStub") -> None:
    first = await made(limits)
    second = await updated(limits, name=first.name, requests=7)
    for call in (
        updated(limits, name=first.name, requests=8, etag=first.etag),
        limits.DeleteLimit(messages.DeleteLimitRequest(name=first.name, etag=first.etag)),
    ):
        status = await refused(call)
        assert (status.code, status.reason) == (StatusCode.ABORTED, "ETAG_MISMATCH")
    await limits.DeleteLimit(messages.DeleteLimitRequest(name=first.name, etag=second.etag))
    assert await listed(limits) == []
    assert (await made(limits)).uid != first.uid


@pytest.mark.parametrize(
    ("written", "subjects"),
    [
        ("amount = concurrent_requests", ["defaults"]),
        ("period = MONTH", ["models/a/b"]),
        ("period != MONTH", ["defaults", "users/alice"]),
        ('subject = "users/alice" AND period = DAY', ["users/alice"]),
        ("subject = users/nobody", []),
        ("managed_by = API AND amount = cost_nano_usd", ["models/a/b"]),
        ('create_time > "2020-01-01T00:00:00Z" AND update_time < "2020-01-01T00:00:00Z"', []),
    ],
)
async def test_lists_are_filtered(limits: "LimitServiceAsyncStub", written: str, subjects: list[str]) -> None:
    await made(limits)
    await made(limits, "defaults", concurrent_requests=5)
    await made(limits, "models/a/b", cost_nano_usd=5, period=LIMIT_PERIOD_MONTH)
    assert await listed(limits, filter=written) == subjects


@pytest.mark.parametrize(
    "fields",
    [
        {"filter": "subject = alice"},
        {"filter": "subject != users/alice"},
        {"filter": "subject = users/a*"},
        {"filter": "amount != tokens"},
        {"filter": "period = YEAR"},
        {"page_size": -1},
        {"page_token": "nonsense"},
    ],
)
async def test_a_wrong_list_is_refused(limits: "LimitServiceAsyncStub", fields: dict[str, object]) -> None:
    assert (await refused(listed(limits, **fields))).fields == tuple(fields)


async def test_pages_go_on_where_the_last_ended(limits: "LimitServiceAsyncStub") -> None:
    for subject in SUBJECTS:
        await made(limits, subject)
    first = await limits.ListLimits(messages.ListLimitsRequest(page_size=4))
    last = await limits.ListLimits(messages.ListLimitsRequest(page_size=4, page_token=first.next_page_token))
    assert (len(first.limits), last.next_page_token) == (4, "")
    assert sorted(limit.subject for limit in (*first.limits, *last.limits)) == sorted(SUBJECTS)
