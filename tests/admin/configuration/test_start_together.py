"""Processes of a gateway that start at once on one database, of either kind: one of them applies the file."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway_core.identity.vault import open_vault
from gateway_core.storage.open_database import address_of_file
from gateway_core.storage.open_store import open_store
from tests.fakes.admin_world import MASTER_KEY
from tests.fakes.declared_world import DeclaredWorld
from tests.real_stores.fresh_database import fresh_database

FILE = "version: 1\nproviders: {p: {kind: simulator}}\nusers: {alice: {keys: [{name: k}]}}\n"
PROCESSES = 4
STARTS = 20


@pytest.fixture(params=["sqlite", "postgresql"])
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Gives the address of an empty database."""
    if request.param == "sqlite":
        yield address_of_file(tmp_path)
    else:
        async with fresh_database(request.getfixturevalue("postgres")) as database:
            yield database


async def test_one_of_them_applies_the_file(address: str, tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(open_store(address)) for _ in range(PROCESSES)]
        worlds = [
            DeclaredWorld(store, await open_vault(store, master_key=MASTER_KEY, data_dir=tmp_path)) for store in stores
        ]
        done = await asyncio.gather(*(worlds[number % PROCESSES].start(FILE) for number in range(STARTS)))
        assert sorted(len(one.changes) for one in done) == [0] * (STARTS - 1) + [3]
        assert sum(len(one.issued) for one in done) == 1
        assert len(await worlds[0].api_keys(deleted=True)) == 1
        applied = await asyncio.gather(*(world.apply(FILE.replace("alice", "bob")) for world in worlds))
        assert sorted(len(one.changes) for one in applied) == [0] * (PROCESSES - 1) + [3]
