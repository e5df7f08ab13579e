"""Processes that start at the same time over the same empty database."""

import multiprocessing
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway_core.storage.open_store import open_store
from gateway_core.storage.query import Page
from tests.gateway_core.identity.first_start import first_start, start
from tests.gateway_core.storage.databases import KINDS, empty_database

AT_ONCE = 3


@pytest.fixture(params=KINDS)
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Gives the address of an empty database."""
    async with empty_database(request, tmp_path) as database:
        yield database


def start_together(address: str, folder: Path) -> list[str]:
    """Runs the starts to their end and gives the keys that were made."""
    spawning = multiprocessing.get_context("spawn")
    line = spawning.Barrier(AT_ONCE)
    starts = [spawning.Process(target=start, args=(address, folder, line)) for _ in range(AT_ONCE)]
    for process in starts:
        process.start()
    for process in starts:
        process.join(timeout=30)
    assert [process.exitcode for process in starts] == [0] * AT_ONCE
    return [path.name for path in folder.glob("gw_live_*")]


async def test_of_processes_that_start_at_once_one_makes_the_secrets(address: str, tmp_path: Path) -> None:
    assert len(start_together(address, tmp_path)) == 1
    async with open_store(address) as store, store.reading() as reading:
        (key,) = await reading.api_keys.page(Page())
        assert len((await reading.key_hashes.of([key.uid]))[key.uid]) == 1
        assert len(await reading.admin_tokens.page(Page())) == 1
        assert len(await reading.secrets.of("pepper")) == 1
        assert (await reading.audit.verify()).broken is None
    assert (await first_start(address, tmp_path)).api_key is None
