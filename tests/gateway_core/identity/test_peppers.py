"""Peppers: one is made and sealed, all cores get the same, and none can be printed."""

import asyncio
import copy
import pickle
from collections.abc import AsyncIterator

import pytest

from gateway_core.identity.key_hash import hash_key
from gateway_core.identity.peppers import Pepper, load_peppers
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.secrets_at_rest.secrets_error import WrongMasterKey
from gateway_core.storage.store import Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store

KEYS = MasterKeys(MasterKey(b"m" * 32))


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


async def test_the_first_who_asks_makes_it_and_all_others_get_the_same(store: Store) -> None:
    loaded = await asyncio.gather(*(load_peppers(store, KEYS) for _ in range(5)))
    loaded.append(await load_peppers(store, KEYS))
    assert len({peppers.current.reveal() for peppers in loaded}) == 1
    assert all(peppers.every == (peppers.current,) or len(peppers.every) == 1 for peppers in loaded)
    async with store.reading() as reading:
        assert len(await reading.secrets.of("pepper")) == 1


async def test_the_newest_is_for_new_keys_and_older_ones_still_find_theirs(store: Store) -> None:
    old = await load_peppers(store, KEYS)
    async with store.changing(ACTOR) as change:
        await change.secrets.put(seal(KEYS.current, b"n" * 32, owner="pepper_2", purpose="pepper"))
    peppers = await load_peppers(store, KEYS)
    assert peppers.current.reveal() == b"n" * 32
    assert peppers.hashes("k") == (hash_key(old.current.reveal(), "k"), hash_key(b"n" * 32, "k"))
    assert peppers.current.hash("k") == hash_key(b"n" * 32, "k")


async def test_it_lies_sealed_in_the_store(store: Store) -> None:
    pepper = (await load_peppers(store, KEYS)).current
    async with store.reading() as reading:
        (sealed,) = (await reading.secrets.of("pepper")).values()
    assert pepper.reveal() not in sealed.ciphertext + sealed.wrapped
    with pytest.raises(WrongMasterKey):
        await load_peppers(store, MasterKeys(MasterKey(b"x" * 32)))


def test_it_tells_its_id_and_nothing_else() -> None:
    pepper = Pepper(b"p" * 32)
    assert repr(pepper) == f"<pepper {pepper.id}>"
    assert pepper.id != Pepper(b"q" * 32).id
    with pytest.raises(TypeError):
        pickle.dumps(pepper)
    with pytest.raises(TypeError):
        copy.copy(pepper)
