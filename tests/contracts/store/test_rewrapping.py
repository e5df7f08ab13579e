"""Secrets move under a new master key while others read and change them."""

import asyncio
from dataclasses import replace

import orjson

from gateway_core.secrets_at_rest.envelope import seal, unseal
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.secrets_at_rest.rewrap_all import Rewrapped, rewrap_all
from gateway_core.storage.sql_store import SqlStore
from tests.fakes.sample_records import ACTOR

OLD = MasterKey(b"o" * 32)
NEW = MasterKey(b"n" * 32)
BOTH = MasterKeys(NEW, (OLD,))
SECRETS = 25


async def fill(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for number in range(SECRETS):
            await change.secrets.put(
                seal(OLD, f"secret {number}".encode(), owner=f"crd_{number:02}", purpose="provider-key")
            )


async def opened(store: SqlStore, keys: MasterKeys) -> dict[str, str]:
    async with store.reading() as reading:
        sealed = await reading.secrets.of("provider-key")
    return {owner: unseal(keys, one).decode() for owner, one in sealed.items()}


async def test_every_secret_is_moved_and_the_old_key_can_go(store: SqlStore) -> None:
    await fill(store)
    async with store.reading() as reading:
        version = reading.version
    assert await rewrap_all(store, BOTH, ACTOR, batch=10) == Rewrapped(moved=SECRETS, left=0)
    assert await opened(store, MasterKeys(NEW)) == {f"crd_{n:02}": f"secret {n}" for n in range(SECRETS)}
    async with store.reading() as reading:
        assert reading.version == version
        entries = (await reading.audit.page())[:3]
    assert [(entry.action, orjson.loads(entry.after or "")["secrets"]) for entry in entries] == [
        ("rewrap", 5),
        ("rewrap", 10),
        ("rewrap", 10),
    ]
    assert await rewrap_all(store, BOTH, ACTOR) == Rewrapped(moved=0, left=0)


async def test_who_was_stopped_half_way_goes_on_where_it_was(store: SqlStore) -> None:
    await fill(store)
    calls = 0

    def failing(length: int) -> bytes:
        nonlocal calls
        calls += 1
        if calls > 12:
            raise OSError("stopped")
        return bytes([calls]) * length

    results = await asyncio.gather(rewrap_all(store, BOTH, ACTOR, batch=10, randomness=failing), return_exceptions=True)
    assert isinstance(results[0], OSError)
    assert await rewrap_all(store, BOTH, ACTOR, batch=10) == Rewrapped(moved=SECRETS - 10, left=0)


async def test_secrets_that_are_read_and_set_meanwhile_stay_right(store: SqlStore) -> None:
    await fill(store)
    stop = asyncio.Event()
    changed = 0

    async def traffic() -> None:
        nonlocal changed
        while not stop.is_set():
            owner = f"crd_{changed % SECRETS:02}"
            async with store.changing(ACTOR) as change:
                await change.secrets.put(seal(OLD, f"new {changed}".encode(), owner=owner, purpose="provider-key"))
            changed += 1
            assert len(await opened(store, BOTH)) == SECRETS

    running = asyncio.create_task(traffic())
    result = await rewrap_all(store, BOTH, ACTOR, batch=3)
    stop.set()
    await running
    assert result.moved > 0
    final = await rewrap_all(store, BOTH, ACTOR, batch=3)
    assert final.left == 0
    expected = {f"crd_{n:02}": f"secret {n}" for n in range(SECRETS)}
    expected |= {f"crd_{n % SECRETS:02}": f"new {n}" for n in range(changed)}
    assert await opened(store, MasterKeys(NEW)) == expected


async def test_a_secret_that_does_not_open_is_named_and_stops_nobody_else(store: SqlStore) -> None:
    await fill(store)
    async with store.changing(ACTOR) as change:
        broken = await change.secrets.get("crd_03")
        await change.secrets.put(replace(broken, wrapped=b"x" * 60))
        strange = seal(MasterKey(b"s" * 32), b"?", owner="crd_99", purpose="provider-key")
        await change.secrets.put(strange)
    result = await rewrap_all(store, BOTH, ACTOR, batch=4)
    assert result == Rewrapped(moved=SECRETS - 1, left=2, damaged=("crd_03", "crd_99"))
