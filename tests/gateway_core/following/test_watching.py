"""What a core learns from an admin service, above all while it cannot reach the database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Final

import grpc
import pytest

from gateway_core.errors import StaleConfiguration, StoreUnavailable
from gateway_core.following.watched_admin import WatchedAdmin, admin_channel
from gateway_core.inprocess.server import InProcessServer
from gateway_core.records.secret import Secret
from gateway_core.records.stored_model import StoredModel, StoredTarget
from tests.fakes.core_parts import KEY, running_core_on_store
from tests.fakes.eventually import eventually
from tests.fakes.followed_core import FollowedCore, followed_core
from tests.fakes.sample_records import ACTOR
from tests.fakes.scripted_admin import ScriptedAdmin, served_admin, told
from tests.fakes.stored_keys import change_key, make_key

AWAY: Final = "away"


class Hurried(Random):
    """Makes every pause short."""

    def uniform(self, a: float, b: float) -> float:
        """Gives next to nothing."""
        return (a + b) / 1000


@asynccontextmanager
async def watching(core: FollowedCore, admin: ScriptedAdmin, silence: float = 5.0) -> AsyncIterator[None]:
    """Lets a follower watch an admin service while inside."""
    server = InProcessServer()
    server.add_generic_rpc_handlers((admin.service(),))
    watched = WatchedAdmin(server.channel(), Secret("token"), "core-1", "1.2.3", silence)
    task = asyncio.create_task(core.follower.follow_admin(watched, Hurried()))
    try:
        yield
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.wait({task})
        await server.stop(None)


async def test_a_core_says_who_it_is_and_what_it_knows() -> None:
    async with followed_core() as core:
        admin = ScriptedAdmin()
        async with watching(core, admin):
            await eventually(lambda: bool(admin.requests))
        (request,) = admin.requests
        assert (request.watcher_id, request.software_version) == ("core-1", "1.2.3")
        assert request.resume_version == core.follower.known == await core.behind.version()
        assert admin.metadata[0]["authorization"] == "Bearer token"
        assert admin.left.is_set()


async def test_without_a_token_none_is_sent() -> None:
    admin = ScriptedAdmin()
    await admin.messages.put(None)
    async with served_admin(admin) as address, admin_channel(address) as channel:
        watched = WatchedAdmin(channel, None, "core-1", "")
        assert [message async for message in watched.messages(0)] == []
    assert "authorization" not in admin.metadata[0]


async def test_signs_of_life_keep_keys_good_while_the_database_is_away() -> None:
    async with followed_core() as core:
        core.store.state = AWAY
        admin = ScriptedAdmin()
        async with watching(core, admin):
            for _ in range(3):
                core.time.advance(9.0)
                await core.follower.poll()
                await admin.messages.put(told(core.version, reachable=False))
                await eventually(lambda: core.freshness.age == 0.0)
        core.freshness.require()
        core.time.advance(11.0)
        with pytest.raises(StaleConfiguration):
            core.freshness.require()


async def test_what_an_admin_service_takes_back_is_gone_although_the_database_is_away() -> None:
    async with followed_core() as core:
        plain = await make_key(core.store, core.vault.peppers, "key_1")
        await core.follower.poll()
        await core.keys.look_up(plain)
        await core.keys.look_up(KEY)
        version = await change_key(core.store, "key_1", disabled=True)
        core.store.state = AWAY
        core.follower.hear(told(version, ("api_key", "key_1")))
        assert core.keys.find(plain) is None
        assert core.keys.find(KEY) is not None
        with pytest.raises(StoreUnavailable):
            await core.keys.look_up(plain)
        core.freshness.require()
        assert core.follower.known == version
        core.store.state = "well"
        assert (await core.keys.look_up(plain)).state == "disabled"


async def test_news_make_the_core_ask_the_store_at_once() -> None:
    async with followed_core() as core:
        task = asyncio.create_task(core.follower.follow_store(1000.0))
        await eventually(lambda: core.store.asked == 1)
        async with core.store.changing(ACTOR) as change:
            await change.models.create(StoredModel("fresh", (StoredTarget("simulator", "m"),)))
            version = change.version + 1
        core.follower.hear(told(version, ("model", "mdl_1")))
        await eventually(lambda: "fresh" in core.snapshot.models)
        asked = core.store.asked
        core.follower.hear(told(version))
        await asyncio.sleep(0)
        assert core.store.asked == asked
        task.cancel()
        await asyncio.wait({task})


async def test_an_admin_service_of_another_database_cannot_lock_keys_out() -> None:
    async with followed_core() as core:
        core.follower.hear(told(10_000, ("api_key", "key_of_another")))
        with pytest.raises(StoreUnavailable):
            await core.keys.look_up(KEY)
        await core.follower.poll()
        await core.keys.look_up(KEY)
        assert core.follower.known == await core.behind.version()


@pytest.mark.parametrize("end", [None, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.UNAUTHENTICATED])
async def test_a_stream_that_ends_is_begun_again_where_it_was(
    end: grpc.StatusCode | None, caplog: pytest.LogCaptureFixture
) -> None:
    async with followed_core() as core:
        admin = ScriptedAdmin()
        async with watching(core, admin):
            await admin.messages.put(told(core.version + 5))
            for _ in range(3):
                await admin.messages.put(end)
            await eventually(lambda: len(admin.requests) == 4)
        assert [request.resume_version - core.version for request in admin.requests] == [0, 5, 5, 5]
        assert len(caplog.records) == (0 if end is None else 1)


async def test_a_stream_that_falls_silent_is_begun_again() -> None:
    async with followed_core() as core:
        admin = ScriptedAdmin()
        async with watching(core, admin, silence=0.01):
            await eventually(lambda: len(admin.requests) >= 3)


async def test_a_core_watches_the_admin_service_that_its_settings_name() -> None:
    admin = ScriptedAdmin()
    async with served_admin(admin) as address:
        async with running_core_on_store(watch_admin=address, watch_token=Secret("token")):
            await eventually(lambda: bool(admin.requests))
        await eventually(admin.left.is_set)
    assert admin.metadata[0]["authorization"] == "Bearer token"
    assert admin.requests[0].software_version == "0.0.0"
    name = admin.requests[0].watcher_id
    assert 1 <= len(name) <= 128
    assert name.isascii()
    assert " " not in name


async def test_an_address_may_ask_for_tls() -> None:
    async with admin_channel("https://127.0.0.1:1") as channel:
        watched = WatchedAdmin(channel, Secret("token"), "core-1", "")
        with pytest.raises(grpc.aio.AioRpcError):
            await anext(watched.messages(0))
