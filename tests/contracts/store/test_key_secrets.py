"""Secrets of keys and tokens: found by their hash, several while a rotation overlaps, and ended."""

from datetime import timedelta

import pytest

from gateway_core.records.key_secret import KeySecret
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import AlreadyThere
from tests.fakes.sample_records import ACTOR, MOMENT

HOUR = timedelta(hours=1)


async def test_a_secret_is_found_by_any_of_several_hashes(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.key_hashes.add("key_1", b"\x00" * 32, "p1", hint="…1")
        await change.key_hashes.add("adm_2", b"\xff" * 32, "p2", hint="…2", expires_at=MOMENT)
    async with store.reading() as reading:
        found = await reading.key_hashes.find([b"other", b"\xff" * 32])
        assert found == KeySecret("adm_2", b"\xff" * 32, "p2", "…2", change.now, MOMENT)
        assert await reading.key_hashes.find([b"other"]) is None
        assert await reading.key_hashes.find([]) is None


async def test_an_owner_has_several_the_newest_first_and_of_two_by_the_hash(store: SqlStore) -> None:
    for hashes in ((b"m",), (b"z", b"a"), (b"n",)):
        async with store.changing(ACTOR) as change:
            for key_hash in hashes:
                await change.key_hashes.add("key_1", key_hash, "p", hint="…")
            await change.key_hashes.add("key_2", b"2" + hashes[0], "p", hint="…")
    async with store.reading() as reading:
        secrets = await reading.key_hashes.of(["key_1", "key_3", "key_2"])
        assert {owner: [one.hash for one in its] for owner, its in secrets.items()} == {
            "key_1": [b"n", b"a", b"z", b"m"],
            "key_2": [b"2n", b"2z", b"2m"],
        }
        assert {one.owner for one in secrets["key_1"]} == {"key_1"}
        assert await reading.key_hashes.of([]) == {}


@pytest.mark.parametrize("owner", ["key_1", "key_2"])
async def test_a_hash_has_one_owner_and_the_refusal_does_not_show_it(store: SqlStore, owner: str) -> None:
    async with store.changing(ACTOR) as change:
        await change.key_hashes.add("key_1", b"hash", "p", hint="…1234")
    with pytest.raises(AlreadyThere, match="such a secret: …1234") as taken:
        async with store.changing(ACTOR) as change:
            await change.key_hashes.add(owner, b"hash", "p", hint="…1234")
    assert "hash" not in str(taken.value)


async def test_all_secrets_of_one_owner_end_at_a_moment_at_the_latest(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for owner in ("key_1", "key_2"):
            await change.key_hashes.add(owner, b"a" + owner.encode(), "p", hint="…")
            await change.key_hashes.add(owner, b"b" + owner.encode(), "p", hint="…", expires_at=MOMENT - HOUR)
            await change.key_hashes.add(owner, b"c" + owner.encode(), "p", hint="…", expires_at=MOMENT + HOUR)
    async with store.changing(ACTOR) as change:
        await change.key_hashes.end("key_1", MOMENT)
        await change.key_hashes.add("key_1", b"new", "p", hint="…")
        await change.key_hashes.end("key_3", MOMENT)
    async with store.reading() as reading:
        secrets = await reading.key_hashes.of(["key_1", "key_2"])
        assert [one.expires_at for one in secrets["key_1"]] == [None, MOMENT, MOMENT - HOUR, MOMENT]
        assert [one.expires_at for one in secrets["key_2"]] == [None, MOMENT - HOUR, MOMENT + HOUR]


async def test_a_secret_alone_grows_no_version(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.key_hashes.add("key_1", b"hash", "p", hint="…")
        await change.key_hashes.end("key_1", MOMENT)
    async with store.reading() as reading:
        assert (reading.version, await reading.audit.page()) == (0, [])
