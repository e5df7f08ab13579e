"""Writers of one process come one after the other, however short a database's own patience is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

from gateway_core.records.user import User
from gateway_core.storage.engines import Engines
from gateway_core.storage.postgresql import open_postgresql
from gateway_core.storage.query import Page
from gateway_core.storage.schema import create_if_empty
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.sqlite import open_sqlite
from gateway_core.storage.storage_error import StoreUnavailable
from gateway_core.storage.turns import Turns
from tests.fakes.sample_records import ACTOR

SHORT = 0.2
WRITERS = 30


def impatient(address: str) -> Engines:
    """Makes engines that let nobody wait for locks of the database for long."""
    if address.startswith("sqlite"):
        return open_sqlite(Path(make_url(address).database or ""), lock_timeout=SHORT)
    return open_postgresql(address, command_timeout=SHORT)


@asynccontextmanager
async def opened(address: str, patience: float) -> AsyncIterator[SqlStore]:
    """Opens a store over them while inside."""
    engines = impatient(address)
    try:
        await create_if_empty(engines)
        yield SqlStore(engines, patience=patience)
    finally:
        await engines.close()


async def add(store: SqlStore, name: str) -> None:
    async with store.changing(ACTOR) as change:
        await change.users.create(User(name))


async def test_who_waits_for_others_of_this_process_is_not_bound_by_what_the_database_allows(address: str) -> None:
    async with opened(address, patience=30.0) as store:
        async with store.changing(ACTOR):
            waiting = [asyncio.create_task(add(store, f"user {number}")) for number in range(WRITERS)]
            noting = asyncio.create_task(store.note_key_uses({}))
            done, _ = await asyncio.wait((*waiting, noting), timeout=2 * SHORT)
            assert done == set()
        await asyncio.gather(*waiting, noting)
        async with store.reading() as reading:
            assert len(await reading.users.page(Page())) == WRITERS


async def test_who_waits_for_too_long_is_refused_and_the_next_come_through(address: str) -> None:
    async with opened(address, patience=0.05) as store:
        async with store.changing(ACTOR):
            for refused in (add(store, "alice"), store.note_key_uses({})):
                with pytest.raises(StoreUnavailable, match=r"no turn came in 0\.05 s"):
                    await refused
        await add(store, "bob")


async def test_a_turn_is_given_back_whatever_happens_in_it() -> None:
    turns = Turns(1.0)

    async def fail() -> None:
        async with turns.one():
            raise ValueError("no")

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            await fail()
    async with turns.one():
        pass
