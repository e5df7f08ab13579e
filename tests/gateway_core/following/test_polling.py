"""What a core learns by asking the store again and again."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from gateway_core.errors import StaleConfiguration, StoreUnavailable
from gateway_core.following import follower as following
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.records.setting import Setting
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.storage.query import Where
from tests.fakes.core_parts import KEY
from tests.fakes.eventually import eventually
from tests.fakes.followed_core import LOGGER, FollowedCore, followed_core
from tests.fakes.sample_records import ACTOR
from tests.fakes.seeded_store import seed
from tests.fakes.stored_keys import change_key, make_key
from tests.fakes.worlds import NOON

TARGET = (StoredTarget("simulator", "weir-demo"),)


async def add_model(core: FollowedCore, name: str, kind: str = "simulator") -> None:
    async with core.store.changing(ACTOR) as change:
        if kind != "simulator":
            await change.providers.create(StoredProvider(kind, kind))
        await change.models.create(StoredModel(name, (StoredTarget(kind, "m"),)))


async def test_a_new_model_is_in_force_after_the_next_question() -> None:
    async with followed_core() as core:
        await add_model(core, "fresh")
        before = core.current.value
        await core.follower.poll()
        assert "fresh" in core.snapshot.models
        assert "fresh" not in before.snapshot.models
        assert core.version == await core.behind.version()


async def test_where_nothing_changed_nothing_is_read() -> None:
    async with followed_core() as core:
        before = core.current.value
        await core.follower.poll()
        assert core.current.value is before


async def test_a_changed_key_changes_the_version_and_not_the_stack() -> None:
    async with followed_core() as core:
        plain = await make_key(core.store, core.vault.peppers, "key_1")
        before = core.current.value
        await core.follower.poll()
        assert core.current.value.chat is before.chat
        assert core.version == await core.behind.version() == int(before.snapshot.version) + 1
        await core.keys.look_up(plain)
        await change_key(core.store, "key_1", disabled=True)
        await core.follower.poll()
        assert core.keys.find(plain) is None
        assert (await core.keys.look_up(plain)).state == "disabled"


async def test_each_answer_confirms_as_of_the_question() -> None:
    async with followed_core() as core:
        core.time.advance(9.0)
        await core.follower.poll()
        core.time.advance(9.0)
        core.freshness.require()
        assert core.freshness.age == 9.0


async def test_a_store_that_is_down_can_be_changed_by_nobody_so_what_is_known_stays_good() -> None:
    async with followed_core() as core:
        core.store.state = "down"
        for _ in range(100):
            core.time.advance(9.0)
            await core.follower.poll()
            core.freshness.require()


async def test_a_store_that_went_down_with_changes_nobody_could_read_confirms_nothing() -> None:
    async with followed_core() as core:
        await make_key(core.store, core.vault.peppers, "key_1")
        core.store.down_for_reading = True
        await core.follower.poll()
        core.store.state = "down"
        for _ in range(3):
            core.time.advance(4.0)
            await core.follower.poll()
        with pytest.raises(StaleConfiguration):
            core.freshness.require()


@pytest.mark.parametrize("state", ["away", "hanging"])
async def test_a_store_that_does_not_answer_confirms_nothing_and_leaves_everything(
    state: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with followed_core(patience=0.1) as core:
        await core.keys.look_up(KEY)
        before = core.current.value
        await add_model(core, "fresh")
        core.store.state = state  # type: ignore[assignment] # a row of the table
        for _ in range(3):
            core.time.advance(4.0)
            await core.follower.poll()
        assert core.current.value is before
        assert core.keys.find(KEY) is not None
        with pytest.raises(StaleConfiguration):
            core.freshness.require()
        core.store.state = "well"
        async with asyncio.timeout(10.0):
            while "fresh" not in core.snapshot.models:
                await core.follower.poll()
        core.freshness.require()
    told = [record.message for record in caplog.records if record.name == LOGGER.name]
    assert told == ["the configuration cannot be followed", "the configuration is followed again"]


async def test_a_configuration_that_cannot_be_used_changes_nothing_is_told_once_and_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with followed_core() as core:
        before = core.current.value
        async with core.store.changing(ACTOR) as change:
            await change.settings.create(Setting("gateway", "no JSON"), uid="set_1")
        for _ in range(5):
            await core.follower.poll()
            core.time.advance(2.0)
        assert core.current.value is before
        core.freshness.require()
        assert [record.levelname for record in caplog.records] == ["ERROR"]
        plain = await make_key(core.store, core.vault.peppers, "key_1")
        await core.follower.poll()
        assert (await core.keys.look_up(plain)).state == "active"
        async with core.store.changing(ACTOR) as change:
            await change.settings.update("set_1", Setting("gateway", '{"staleness_bound": 3.5}'))
        await core.follower.poll()
        assert core.version == await core.behind.version()
        assert core.freshness.bound == 3.5


async def test_what_failed_is_tried_again_without_a_change() -> None:
    async with followed_core() as core:
        provider = Provider("paid", "openai", "http://paid", (Credential("a", Secret("sk-1")),))
        model = Model("fresh", (Target("paid", "m"),))
        await seed(core.behind, core.vault, [provider], [model])
        core.lock.wrong = True
        await core.follower.poll()
        core.lock.wrong = False
        await core.follower.poll()
        assert "fresh" not in core.snapshot.models
        core.time.advance(1.0)
        await core.follower.poll()
        assert "fresh" in core.snapshot.models


async def test_a_price_comes_into_force_at_its_moment() -> None:
    async with followed_core() as core:
        at = datetime.fromtimestamp(NOON, UTC) + timedelta(seconds=60)
        async with core.store.changing(ACTOR) as change:
            await change.prices.append("simulator", "weir-demo", Price(7, 7), effective_from=at)
        await core.follower.poll()
        prices = []
        for _ in range(3):
            prices.append(core.snapshot.models["weir-demo"].targets[0].price)
            core.time.advance(30.0)
            await core.follower.poll()
        assert prices[0] == prices[1] != Price(7, 7)
        assert prices[2] == Price(7, 7)
        before = core.current.value
        core.time.advance(1000.0)
        await core.follower.poll()
        assert core.current.value is before


async def test_more_changes_than_are_worth_reading_are_forgotten_together() -> None:
    async with followed_core() as core:
        await core.keys.look_up(KEY)
        async with core.store.changing(ACTOR) as change:
            model = await change.models.create(StoredModel("busy", TARGET))
            for number in range(following.MOST_CHANGES):
                await change.audit.note("look", "user", f"usr_{number}")
            await change.models.update(model.uid, StoredModel("busier", TARGET))
        await core.follower.poll()
        assert len(core.keys) == 0
        assert "busier" in core.snapshot.models
        assert core.follower.known == await core.behind.version()


async def test_a_database_that_went_back_in_time_is_believed(caplog: pytest.LogCaptureFixture) -> None:
    async with followed_core() as core:
        await core.keys.look_up(KEY)
        core.store.offset = -3
        await core.follower.poll()
        assert len(core.keys) == 0
        assert "older" in caplog.text
        core.store.offset = 0
        await core.follower.poll()
        assert core.version == core.follower.known == await core.behind.version()


async def test_a_core_asks_until_it_ends() -> None:
    async with followed_core() as core:
        task = asyncio.create_task(core.follower.follow_store(0.001))
        await eventually(lambda: core.store.asked > 3)
        await add_model(core, "fresh")
        await eventually(lambda: "fresh" in core.snapshot.models)
        task.cancel()
        await asyncio.wait({task})


async def test_kinds_that_this_version_does_not_know_are_left_out_and_told_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with followed_core() as core:
        await add_model(core, "from the future", kind="telepathy")
        for name in ("one", "two"):
            await add_model(core, name)
            await core.follower.poll()
        assert core.snapshot.models.keys() == {"weir-demo", "one", "two"}
        (told,) = caplog.records
        assert told.__dict__["left_out"] == "provider telepathy, model from the future"


async def test_a_store_that_is_away_cannot_be_asked_for_strangers() -> None:
    async with followed_core() as core:
        core.store.state = "away"
        with pytest.raises(StoreUnavailable):
            await core.keys.look_up(KEY)
        core.store.state = "well"
        async with core.store.reading() as reading:
            key = await reading.api_keys.find(Where("name", "=", "bootstrap"))
        assert key is not None
        assert (await core.keys.look_up(KEY)).id == key.uid
