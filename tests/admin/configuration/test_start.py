"""What a start does with what it is told: once, and without undoing what administrators did since."""

import asyncio
from dataclasses import replace

import pytest

from admin.configuration.apply import KEPT, apply_at_start
from admin.configuration.declared import Declared, DeclaredCredential, DeclaredModel, DeclaredProvider
from admin.configuration.problem import ConfigurationRefused
from admin.configuration.simulator import NOTE
from gateway_core.records.price import Price
from gateway_core.records.secret import Secret
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.records.user import User
from gateway_core.storage.query import Page, Where
from tests.fakes.declarations import declared
from tests.fakes.declared_world import DeclaredWorld, declared_world, later, told

FILE = "version: 1\nproviders: {p: {kind: simulator}}\nusers: {alice: {keys: [{name: k}]}}\n"
ADDRESS = "https://api.openai.com/v1"
FOUND = Declared(
    providers={
        "openai": DeclaredProvider(
            StoredProvider("openai", "openai", ADDRESS), (DeclaredCredential("OPENAI_API_KEY", Secret("sk-0123")),)
        )
    },
    models={"gpt": DeclaredModel(StoredModel("gpt", (StoredTarget("openai", "gpt"),)))},
    found=frozenset({"providers/openai", "models/gpt"}),
)
FOUND_KEYS = {"providers/openai", "providers/openai/credentials/OPENAI_API_KEY", "models/gpt"}


async def keys_of(world: DeclaredWorld) -> set[str]:
    return set((await world.live()).records)


async def test_a_file_is_applied_at_the_first_start_and_not_at_the_next() -> None:
    async with declared_world() as world:
        first = await world.start(FILE)
        assert told(first.changes) == ["create providers/p", "create users/alice", "create users/alice/apiKeys/k"]
        assert [name for name, _ in first.issued] == ["users/alice/apiKeys/k"]
        version = await world.store.version()
        again = await world.start(FILE)
        assert (again.changes, again.issued, again.notes) == ((), (), [])
        assert await world.store.version() == version


async def test_what_an_administrator_changes_outlives_a_restart_and_is_drift_in_a_plan() -> None:
    async with declared_world() as world:
        await world.start(FILE)
        async with world.changing() as change:
            user = await change.users.find(Where("name", "=", "alice"))
            assert user is not None
            await change.users.update(user.uid, User("alice", disabled=True))
        assert (await world.start(FILE)).changes == ()
        assert told((await world.plan(FILE)).changes) == ["update users/alice!"]
        assert told((await world.start(f"{FILE}defaults: {{limits: {{requests_per_minute: 1}}}}\n")).changes) == [
            "update users/alice!",
            "create limits/defaults#requests/minute",
        ]


async def test_a_file_that_an_administrator_applied_outlives_a_restart_with_the_old_one() -> None:
    async with declared_world() as world:
        await world.start(FILE)
        newer = FILE.replace("alice", "bob")
        await world.apply(newer)
        assert (await world.start(FILE)).changes == ()
        assert (await world.start(newer)).changes == ()
        assert told((await world.start(FILE)).changes)[0] == "create users/alice"


async def test_of_many_processes_that_start_at_once_one_applies() -> None:
    async with declared_world() as world:
        done = await asyncio.gather(*(world.start(FILE) for _ in range(20)))
        assert sorted(len(one.changes) for one in done) == [0] * 19 + [3]
        assert sum(len(one.issued) for one in done) == 1


@pytest.mark.parametrize("text", [None, "version: 1\n"])
async def test_without_any_provider_the_simulator_answers(text: str | None) -> None:
    async with declared_world() as world:
        started = await world.start(text)
        assert started.notes == [NOTE]
        live = await world.live()
        assert live.declared.providers["simulator"].value == StoredProvider("simulator", "simulator")
        assert live.declared.models["weir-demo"].value.targets == (StoredTarget("simulator", "weir-demo"),)
        assert live.declared.prices["simulator", "weir-demo"].price == Price(100_000, 400_000)
        assert {record.managed_by for record in live.records.values()} == {"bootstrap"}
        assert (await world.start(text)).notes == []


async def test_a_simulator_that_an_administrator_deleted_stays_away() -> None:
    async with declared_world() as world:
        await world.start(None)
        async with world.changing() as change:
            for records in (change.providers, change.models):
                (one,) = await records.page(Page())
                await records.delete(one.uid)
        await world.start(None)
        assert (await world.live()).declared.providers == {}


async def test_no_simulator_is_made_beside_a_provider_that_is_stored() -> None:
    async with declared_world() as world:
        async with world.changing() as change:
            await change.providers.create(StoredProvider("theirs", "simulator"))
        assert (await world.start(None)).notes == []
        assert await keys_of(world) == {"providers/theirs"}


async def test_a_file_may_use_the_simulator_that_nobody_declares() -> None:
    text = "version: 1\nmodels: {m: {targets: [{provider: simulator, model: x}]}}\n"
    async with declared_world() as world:
        started = await world.start(text)
        assert told(started.changes) == ["create models/m"]
        assert (await world.live()).records["providers/simulator"].managed_by == "bootstrap"


async def test_a_simulator_that_leaves_the_file_stays_if_it_is_the_only_provider() -> None:
    text = (
        "version: 1\nproviders: {simulator: {kind: simulator}}\n"
        "models: {weir-demo: {targets: [{provider: simulator, model: weir-demo}]}}\n"
    )
    async with declared_world() as world:
        await world.start(text)
        assert told((await world.start("version: 1\n")).changes) == []
        records = (await world.live()).records
        assert {records[key].managed_by for key in ("providers/simulator", "models/weir-demo")} == {"bootstrap"}


async def test_a_start_without_a_file_keeps_what_an_earlier_file_made_and_says_so() -> None:
    async with declared_world() as world:
        await world.start(FILE)
        before = await keys_of(world)
        started = await world.start(None)
        assert (started.changes, started.notes) == ((), [KEPT])
        assert await keys_of(world) == before
        assert (await world.start(None)).notes == [KEPT]
        assert told((await world.start("version: 1\nproviders: {p: {kind: simulator}}\n")).changes) == [
            "delete users/alice"
        ]


async def test_what_is_found_in_the_environment_comes_and_goes_with_it() -> None:
    async with declared_world() as world:
        first = await world.start(None, FOUND)
        assert {change.resource for change in first.changes} == FOUND_KEYS
        assert (await world.start(None, FOUND)).changes == ()
        gone = await world.start(None)
        assert told(gone.changes) == [
            "delete models/gpt",
            "delete providers/openai/credentials/OPENAI_API_KEY",
            "delete providers/openai",
        ]
        assert gone.notes == [NOTE]


async def test_what_is_found_goes_while_the_file_of_before_stays() -> None:
    async with declared_world() as world:
        await world.start(FILE, FOUND)
        assert (await world.last()).found == FOUND_KEYS
        assert len((await world.start(None)).changes) == 3
        assert await keys_of(world) == {"providers/p", "users/alice", "users/alice/apiKeys/k"}


async def test_the_file_of_before_wins_over_what_is_found() -> None:
    text = "version: 1\nproviders: {openai: {kind: simulator}}\n"
    async with declared_world() as world:
        await world.start(text)
        await world.start(None, replace(FOUND, models={}))
        assert (await world.live()).declared.providers["openai"].value.kind == "simulator"
        assert (await world.live()).declared.providers["openai"].credentials == ()


async def test_a_file_that_an_administrator_applies_leaves_alone_what_was_found() -> None:
    async with declared_world() as world:
        await world.start(FILE, FOUND)
        assert (await world.apply(FILE)).changes == ()
        assert told((await world.apply("version: 1\nproviders: {p: {kind: simulator}}\n")).changes) == [
            "delete users/alice"
        ]
        assert await keys_of(world) >= FOUND_KEYS
        named = "{kind: openai, credentials: [{name: OPENAI_API_KEY}]}"
        taken = await world.apply(f"version: 1\nproviders: {{p: {{kind: simulator}}, openai: {named}}}\n")
        assert taken.changes == ()
        assert (await world.last()).found == {"models/gpt"}


async def test_a_start_with_what_cannot_be_is_refused_and_changes_nothing() -> None:
    async with declared_world() as world:
        with pytest.raises(ConfigurationRefused, match="there is no provider of this name"):
            await world.start(
                "version: 1\nproviders: {p: {kind: simulator}}\nmodels: {m: {targets: [{provider: q, model: x}]}}\n"
            )
        assert await keys_of(world) == set()
        await world.start(FILE)
        async with world.changing() as change:
            await change.models.create(StoredModel("theirs", (StoredTarget("p", "x"),)))
        with pytest.raises(ConfigurationRefused, match="providers/p cannot be deleted: models/theirs needs it"):
            await world.start("version: 1\n")


async def test_a_warning_of_the_plan_is_a_note() -> None:
    async with declared_world() as world:
        await world.start(FILE)
        (key,) = await world.api_keys()
        async with world.changing() as change:
            await change.api_keys.update(key.uid, replace(key.value, revoked_at=later()))
        (note,) = (await world.start(f"{FILE}staleness_bound: 3s\n")).notes
        assert "users.alice.keys[0]: the key was revoked" in note


async def test_two_who_start_in_one_another_s_shadow_apply_once() -> None:
    async with declared_world() as world:
        given = replace(declared(FILE), has_environment=True)
        async with asyncio.TaskGroup() as group:
            first = group.create_task(apply_at_start(world.store, world.vault, given, later()))
            second = group.create_task(apply_at_start(world.store, world.vault, given, later()))
        assert sorted((len(first.result().changes), len(second.result().changes))) == [0, 3]
