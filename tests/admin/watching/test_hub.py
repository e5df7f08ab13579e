"""Everybody who watches is told of every change once, in order, whatever the watchers do meanwhile."""

import asyncio
from contextlib import aclosing

import pytest

from admin.conduct.administrator import ADMINISTRATOR, Administrator
from admin.watching.watch import MOST_WAITING
from gateway_core.errors import AdminTokenInvalid, Draining, InvalidRequest
from tests.fakes.eventually import eventually
from tests.fakes.watched_hub import a_world, soon, told
from weir.admin.v1.audit_entry_pb2 import AUDIT_ACTION_CREATE


async def test_a_watcher_begins_with_now_and_is_told_what_comes() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        first = await soon(stream)
        assert told(first) == ([], 1)
        assert first.progress.store_reachable
        assert first.progress.current_time.seconds > 1_700_000_000
        await world.change("alice", "bob")
        await world.hub.poll()
        reply = await soon(stream)
    assert told(reply) == ([2, 2], 2)
    assert {(event.kind, event.action) for event in reply.events} == {("user", AUDIT_ACTION_CREATE)}
    assert all(event.uid.startswith("usr_") for event in reply.events)


async def test_without_changes_there_is_a_sign_of_life_every_second() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        async with asyncio.timeout(1.5):
            assert told(await anext(stream)) == ([], 1)


async def test_who_resumes_is_told_what_came_meanwhile_and_then_goes_on() -> None:
    async with a_world() as world:
        await world.change("alice")
        await world.change("bob")
        await world.hub.poll()
        async with aclosing(world.watch(resume=1)) as stream:
            assert told(await soon(stream)) == ([2, 3], 3)
            await world.change("carol")
            await world.hub.poll()
            assert told(await soon(stream)) == ([4], 4)


async def test_who_resumes_from_now_needs_no_reading() -> None:
    async with a_world() as world:
        before = world.store.readings
        async with aclosing(world.watch(resume=1)) as stream:
            assert told(await soon(stream)) == ([], 1)
        assert world.store.readings == before


async def test_who_knows_more_than_this_process_is_told_from_here() -> None:
    async with a_world() as world, aclosing(world.watch(resume=99)) as stream:
        assert told(await soon(stream)) == ([], 1)


async def test_a_long_way_is_told_in_pieces() -> None:
    async with a_world() as world:
        for number in range(3):
            await world.change(*(f"user-{number}-{one}" for one in range(600)))
        await world.hub.poll()
        async with aclosing(world.watch(resume=1)) as stream:
            pieces = [told(await anext(stream)) for _ in range(3)]
    assert [reaches for _, reaches in pieces] == [2, 3, 4]
    assert [version for versions, _ in pieces for version in versions] == [2] * 600 + [3] * 600 + [4] * 600


async def test_a_slow_reader_loses_nothing_and_holds_nothing() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        for number in range(3):
            await world.change(*(f"user-{number}-{one}" for one in range(MOST_WAITING // 2 + 1)))
            await world.hub.poll()
        (watch,) = world.hub.watches
        assert watch.behind
        versions: list[int] = []
        reached = 0
        while reached < 4:
            new, reached = told(await soon(stream))
            versions += new
        assert versions == [version for version in (2, 3, 4) for _ in range(MOST_WAITING // 2 + 1)]
        await world.change("last")
        await world.hub.poll()
        assert told(await soon(stream)) == ([5], 5)


async def test_changes_while_a_watcher_catches_up_are_told_once() -> None:
    async with a_world() as world:
        await world.change("alice")
        await world.hub.poll()
        async with aclosing(world.watch(resume=1)) as stream:
            world.store.well.clear()
            catching_up = asyncio.ensure_future(anext(stream))
            await asyncio.sleep(0)
            world.store.well.set()
            await world.change("bob")
            await world.hub.poll()
            versions, reached = told(await catching_up)
            while reached < 3:
                more, reached = told(await soon(stream))
                versions += more
            assert versions == [2, 3]


async def test_others_in_the_process_hear_of_changes_too() -> None:
    async with a_world() as world:
        await world.change("alice")
        await world.hub.poll()
        await world.hub.poll()
    assert [batch.reaches for batch in world.heard] == [2]


async def test_the_store_is_asked_again_and_again() -> None:
    async with a_world() as world:
        following = asyncio.ensure_future(world.hub.follow(interval=0.001))
        await world.change("alice")
        await eventually(lambda: world.hub.version == 2)
        following.cancel()
        with pytest.raises(asyncio.CancelledError):
            await following


async def test_those_who_watch_are_listed_while_they_do() -> None:
    async with a_world() as world:
        async with aclosing(world.watch(watcher_id="a")) as one, aclosing(world.watch(watcher_id="a")) as two:
            await soon(one)
            await soon(two)
            assert [(watch.watcher_id, watch.version, watch.who.address) for watch in world.hub.watches] == [
                ("a", "1.2.3", "192.0.2.1")
            ] * 2
        assert world.hub.watches == []


async def test_the_end_of_the_process_ends_every_stream() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        waiting = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)
        world.hub.end()
        with pytest.raises(Draining) as ended:
            async with asyncio.timeout(0.8):
                await waiting
    assert ended.value.retry_after == 1.0


async def test_a_stream_ends_when_its_token_is_revoked() -> None:
    async with a_world() as world, aclosing(world.watch()) as stream:
        await soon(stream)
        (watch,) = world.hub.watches
        await world.change("alice")
        await world.hub.poll()
        (event,) = (await soon(stream)).events
        watch.who = Administrator("users/alice/apiKeys/board", event.uid, "viewer")
        await world.change("bob")
        await world.hub.poll()
        with pytest.raises(Draining):
            await soon(stream)


@pytest.mark.parametrize("watcher_id", ["", "a b", "ä", "a\n", "x" * 129])
async def test_a_watcher_has_a_proper_name(watcher_id: str) -> None:
    async with a_world() as world:
        with pytest.raises(InvalidRequest) as refused:
            await anext(world.watch(watcher_id=watcher_id))
        assert [violation.field for violation in refused.value.violations] == ["watcher_id"]


async def test_a_version_to_resume_from_is_not_negative() -> None:
    async with a_world() as world:
        with pytest.raises(InvalidRequest, match="resume_version"):
            await anext(world.watch(resume=-1))


async def test_nobody_watches_who_was_not_asked_for_a_credential() -> None:
    async with a_world() as world:
        ADMINISTRATOR.set(None)
        with pytest.raises(AdminTokenInvalid):
            await anext(world.hub.watch("core-1", "", None))
