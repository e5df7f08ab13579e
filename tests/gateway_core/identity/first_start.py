"""One start of a gateway, for processes that start at the same time."""

import asyncio
from multiprocessing.synchronize import Barrier
from pathlib import Path

from gateway_core.identity.bootstrap import Bootstrapped, bootstrap
from gateway_core.identity.peppers import load_peppers
from gateway_core.secrets_at_rest.find_master_keys import find_master_keys
from gateway_core.storage.open_store import open_store


def start(address: str, folder: Path, line: Barrier) -> None:
    """Waits for the others, starts, and leaves a file that tells what was made."""
    line.wait(timeout=30)
    made = asyncio.run(first_start(address, folder))
    if made.api_key is not None:
        (folder / made.api_key.reveal()).touch()


async def first_start(address: str, folder: Path) -> Bootstrapped:
    """Does with the store what every start does."""
    async with open_store(address) as store:
        keys = await find_master_keys(store, None, folder / "master.key")
        peppers = await load_peppers(store, keys)
        return await bootstrap(store, peppers, api_key=None, admin_token=None)
