"""The start: which keys are used, and that a wrong one stops it before anything is sealed with it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway_core.records.audit_entry import Actor
from gateway_core.records.secret import Secret
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.secrets_at_rest.find_master_keys import find_master_keys
from gateway_core.secrets_at_rest.master_key import MasterKey
from gateway_core.secrets_at_rest.secrets_error import BadMasterKey, DamagedSecret, WrongMasterKey
from gateway_core.storage.store import Store
from tests.fakes.temporary_store import temporary_store

GIVEN = Secret("0a" * 32)
OTHER = Secret("0b" * 32)
BOTH = Secret(f"{'0b' * 32},{'0a' * 32}")


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


async def secrets_in(store: Store) -> dict[str, int]:
    async with store.reading() as reading:
        return dict(await reading.secrets.count_by_key())


async def test_the_first_start_makes_a_file_and_leaves_a_canary(store: Store, tmp_path: Path) -> None:
    made = await find_master_keys(store, None, tmp_path / "master.key")
    assert (tmp_path / "master.key").exists()
    assert await secrets_in(store) == {made.current.key_id: 1}
    again = await find_master_keys(store, None, tmp_path / "master.key")
    assert again.current.key_id == made.current.key_id
    assert await secrets_in(store) == {made.current.key_id: 1}


async def test_a_given_key_makes_no_file(store: Store, tmp_path: Path) -> None:
    keys = await find_master_keys(store, GIVEN, tmp_path / "master.key")
    assert keys.current.reveal() == b"\x0a" * 32
    assert not (tmp_path / "master.key").exists()


async def test_a_given_key_wins_over_the_file(store: Store, tmp_path: Path) -> None:
    (tmp_path / "master.key").write_text(OTHER.reveal())
    keys = await find_master_keys(store, GIVEN, tmp_path / "master.key")
    assert keys.current.reveal() == b"\x0a" * 32


async def test_a_wrong_key_stops_the_start(store: Store, tmp_path: Path) -> None:
    await find_master_keys(store, GIVEN, tmp_path / "master.key")
    with pytest.raises(WrongMasterKey, match="sealed with the master key"):
        await find_master_keys(store, OTHER, tmp_path / "master.key")


async def test_a_lost_file_stops_the_start_and_is_not_made_anew(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    await find_master_keys(store, None, path)
    path.unlink()
    with pytest.raises(WrongMasterKey, match=r"master\.key is missing: .* WEIR_MASTER_KEY"):
        await find_master_keys(store, None, path)
    assert not path.exists()


async def test_a_key_that_opens_only_some_of_the_secrets_stops_the_start(store: Store, tmp_path: Path) -> None:
    keys = await find_master_keys(store, BOTH, tmp_path / "x")
    async with store.changing(Actor("me")) as change:
        await change.secrets.put(seal(keys.older[0], b"s", owner="crd_1", purpose="provider-key"))
    await find_master_keys(store, BOTH, tmp_path / "x")
    with pytest.raises(WrongMasterKey, match=keys.older[0].key_id):
        await find_master_keys(store, OTHER, tmp_path / "x")


async def test_a_canary_of_another_tune_or_that_was_changed_stops_the_start(store: Store, tmp_path: Path) -> None:
    key = MasterKey(b"\x0a" * 32)
    canary = seal(key, b"cuckoo", owner="canary", purpose="canary")
    async with store.changing(Actor("me")) as change:
        await change.secrets.put(canary)
    with pytest.raises(DamagedSecret, match="another one"):
        await find_master_keys(store, GIVEN, tmp_path / "x")
    async with store.changing(Actor("me")) as change:
        await change.secrets.put(replace(canary, ciphertext=b"x" * 40))
    with pytest.raises(DamagedSecret, match="canary does not open"):
        await find_master_keys(store, GIVEN, tmp_path / "x")


async def test_what_is_no_key_stops_the_start(store: Store, tmp_path: Path) -> None:
    with pytest.raises(BadMasterKey):
        await find_master_keys(store, Secret("x" * 42), tmp_path / "x")
    assert await secrets_in(store) == {}
