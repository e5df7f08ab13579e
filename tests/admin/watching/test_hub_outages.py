"""Everybody who watches hears that the store is away, and misses nothing when it is back."""

import asyncio
import logging
from contextlib import aclosing

import pytest

from admin.watching.hub import SIGN_OF_LIFE, Hub
from gateway_core.clock import Clock
from gateway_core.storage.storage_error import StorageError
from tests.fakes.ailing_store import AilingStore
from tests.fakes.temporary_store import temporary_store
from tests.fakes.watched_hub import a_world, soon, told


async def test_with_the_store_away_signs_of_life_go_on_and_say_so() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        world.store.go_away()
        await world.hub.poll()
        reply = await anext(stream)
        assert told(reply) == ([], 1)
        assert not reply.progress.store_reachable
        world.store.come_back()
        await world.change("alice")
        await world.hub.poll()
        reply = await soon(stream)
        assert told(reply) == ([2], 2)
        assert reply.progress.store_reachable


async def test_who_lacks_what_cannot_be_read_hears_nothing_until_it_can() -> None:
    async with a_world() as world:
        await world.change("alice")
        await world.hub.poll()
        world.store.go_away()
        async with aclosing(world.watch(resume=1)) as stream:
            hearing = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            await world.hub.poll()
            done, _ = await asyncio.wait({hearing}, timeout=1.2 * SIGN_OF_LIFE)
            assert not done
            world.store.come_back()
            await world.hub.poll()
            assert told(await hearing) == ([2], 2)


async def test_nobody_hears_anything_while_a_change_is_known_of_and_not_read() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        world.store.unreadable = True
        await world.change("alice")
        await world.hub.poll()
        hearing = asyncio.ensure_future(anext(stream))
        done, _ = await asyncio.wait({hearing}, timeout=1.2 * SIGN_OF_LIFE)
        assert not done
        world.store.unreadable = False
        await world.hub.poll()
        assert told(await hearing) == ([2], 2)


async def test_an_outage_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    async with a_world() as world:
        world.store.go_away()
        await world.hub.poll()
        await world.hub.poll()
    assert [record.getMessage() for record in caplog.records] == ["the database does not answer the admin service"]


async def test_a_database_that_was_put_back_is_followed_from_there(caplog: pytest.LogCaptureFixture) -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        world.hub.version = 7
        (watch,) = world.hub.watches
        watch.told = 7
        await world.hub.poll()
        assert told(await soon(stream)) == ([], 1)
        await world.change("alice")
        await world.hub.poll()
        assert told(await soon(stream)) == ([2], 2)
    assert "older configuration" in caplog.text


async def test_what_cannot_be_read_yet_is_told_later() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        world.store.ahead = 1
        async with asyncio.timeout(5):
            await world.hub.poll()
        assert world.hub.version == 1
        world.store.ahead = 0
        await world.change("alice")
        await world.hub.poll()
        assert told(await soon(stream)) == ([2], 2)


async def test_a_store_that_cannot_be_asked_at_the_start_is_an_error() -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        ailing.go_away()
        with pytest.raises(StorageError):
            await Hub(ailing, Clock(), logging.getLogger("test")).begin()
