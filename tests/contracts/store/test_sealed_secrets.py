"""Sealed secrets, and when keys were last used."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import NotThere
from tests.fakes.sample_records import ACTOR, MOMENT

SEALED = SealedSecret("crd_1", "provider-key", "old", b"\x00wrapped\xff", b"\x00ciphertext\xff")


async def test_a_secret_is_kept_replaced_and_forgotten(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.secrets.put(replace(SEALED, ciphertext=b"first"))
        await change.secrets.put(SEALED)
    async with store.reading() as reading:
        assert await reading.secrets.get("crd_1") == SEALED
    async with store.changing(ACTOR) as change:
        await change.secrets.remove("crd_1")
        with pytest.raises(NotThere, match="crd_1"):
            await change.secrets.get("crd_1")


async def test_secrets_are_listed_by_purpose_the_oldest_first(store: SqlStore) -> None:
    for owner in ("z", "a", "m"):
        async with store.changing(ACTOR) as change:
            await change.secrets.put(replace(SEALED, owner=owner, purpose="pepper"))
    async with store.changing(ACTOR) as change:
        await change.secrets.put(SEALED)
    async with store.reading() as reading:
        assert list(await reading.secrets.of("pepper")) == ["z", "a", "m"]
        assert await reading.secrets.of("provider-key") == {"crd_1": SEALED}
        assert await reading.secrets.of("canary") == {}


async def test_secrets_under_other_keys_are_counted_listed_and_rewrapped(store: SqlStore) -> None:
    olds = [replace(SEALED, owner=f"crd_{number}") for number in range(5)]
    async with store.changing(ACTOR) as change:
        for sealed in olds:
            await change.secrets.put(sealed)
    async with store.reading() as reading:
        version = reading.version
        assert await reading.secrets.not_under("new", after="", limit=2) == olds[:2]
        assert await reading.secrets.not_under("new", after="crd_1", limit=9) == olds[2:]
    new = replace(olds[0], key_id="new", wrapped=b"again")
    async with store.changing(ACTOR) as change:
        assert await change.secrets.rewrap(new, instead_of=olds[0])
        assert not await change.secrets.rewrap(replace(olds[1], key_id="new"), instead_of=new)
    async with store.reading() as reading:
        assert await reading.secrets.count_by_key() == {"old": 4, "new": 1}
        assert await reading.secrets.get("crd_0") == new
        assert reading.version == version


async def test_the_last_use_never_goes_back_and_is_no_change(store: SqlStore) -> None:
    later = MOMENT + timedelta(seconds=1)
    await store.note_key_uses({"key_1": MOMENT, "key_2": later})
    await store.note_key_uses({"key_1": later, "key_2": MOMENT, "key_3": MOMENT})
    await store.note_key_uses({})
    async with store.reading() as reading:
        assert await reading.key_uses.of(["key_1", "key_2", "key_3", "key_4"]) == {
            "key_1": later,
            "key_2": later,
            "key_3": MOMENT,
        }
        assert (reading.version, await reading.audit.page()) == (0, [])
