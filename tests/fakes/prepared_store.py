"""A SQLite file that is made once by a process and copied for whoever needs a store that begins like it."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from gateway_core.storage.open_database import FILE, address_of_file
from gateway_core.storage.open_store import open_store
from gateway_core.storage.store import Store

OWNER_ONLY = 0o600
T = TypeVar("T")
Fill = Callable[[Store, Path], Awaitable[T]]


@dataclass(frozen=True, slots=True)
class PreparedStore(Generic[T]):
    """What is in the file, and what whoever filled it has to tell of it."""

    content: bytes
    told: T

    def copy_to(self, folder: Path) -> None:
        """Leaves a store that is the same in a folder."""
        file = folder / FILE
        file.touch(mode=OWNER_ONLY)
        file.write_bytes(self.content)


def prepare_store(fill: Fill[T]) -> PreparedStore[T]:
    """Makes a store and fills it, in a loop of its own: whoever asks for the first one may be in another."""
    with ThreadPoolExecutor(1) as thread, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        told = thread.submit(asyncio.run, filled(fill, folder)).result()
        assert [path.name for path in folder.iterdir()] == [FILE]
        return PreparedStore((folder / FILE).read_bytes(), told)


async def filled(fill: Fill[T], folder: Path) -> T:
    """Fills a store in a folder, and gives what there is to tell of it."""
    async with open_store(address_of_file(folder)) as store:
        return await fill(store, folder)


@cache
def empty_store() -> PreparedStore[None]:
    """Gives the one that has a schema and nothing else."""
    return prepare_store(leave_empty)


async def leave_empty(store: Store, folder: Path) -> None:
    """Fills nothing in."""
    del store, folder
