"""Cores that share a store: what one process writes, all of them follow, within a second."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest

from gateway_core.identity.vault import Vault
from gateway_core.records.setting import Setting
from gateway_core.settings import CoreSettings
from gateway_core.storage.open_store import open_store
from gateway_core.storage.store import Store
from gateway_core.wiring import Core, open_core
from tests.fakes.core_parts import KEY, core_parts, core_settings, prepared
from tests.fakes.rich_status import rich_status
from tests.fakes.sample_records import ACTOR
from tests.fakes.stored_keys import bearing, change_key, make_key
from tests.gateway_core.storage.databases import KINDS, empty_database
from tests.real_stores.postgres_server import own_server
from weir.v1.account_service_pb2 import GetAccountRequest
from weir.v1.account_service_pb2_grpc import AccountServiceStub

WITHIN = 1.0


@pytest.fixture(params=KINDS)
async def address(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Gives the address of an empty database."""
    async with empty_database(request, tmp_path) as database:
        yield database


async def reason(core: Core, plain: str) -> str:
    """Says why a key is refused; nothing if it is not."""
    stub = AccountServiceStub(core.server.inside.channel())
    try:
        await stub.GetAccount(GetAccountRequest(), metadata=bearing(plain))
    except grpc.aio.AioRpcError as refused:
        return rich_status(refused).reason
    return ""


async def until(core: Core, plain: str, expected: str, limit: float) -> float:
    """Waits until a key is answered as expected, and says how long that took."""
    began = time.monotonic()
    async with asyncio.timeout(limit):
        while await reason(core, plain) != expected:  # noqa: ASYNC110 # callers can only try
            await asyncio.sleep(0.01)
    return time.monotonic() - began


@dataclass
class Cores:
    """Two cores, each with a way of its own to the store, and a third way for who administers it."""

    store: Store
    vault: Vault
    both: tuple[Core, Core]


@asynccontextmanager
async def two_cores(address: str, folder: Path, bound: float = 10.0) -> AsyncIterator[Cores]:
    """Runs the cores while inside."""
    settings: CoreSettings = core_settings(data_dir=folder)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(address))
        vault = await prepared(store, settings)
        async with store.changing(ACTOR) as change:
            await change.settings.create(Setting("gateway", f'{{"staleness_bound": {bound}}}'))
        cores = []
        for _ in range(2):
            own = await stack.enter_async_context(open_store(address))
            cores.append(await stack.enter_async_context(open_core(settings, core_parts(own, vault=vault))))
        yield Cores(store, vault, (cores[0], cores[1]))


async def test_a_revocation_reaches_every_core_within_a_second(address: str, tmp_path: Path) -> None:
    async with two_cores(address, tmp_path) as cores:
        plain = await make_key(cores.store, cores.vault.peppers, "key_1")
        assert [await reason(core, plain) for core in cores.both] == ["", ""]
        await change_key(cores.store, "key_1", revoked_at=datetime.now(UTC))
        took = await asyncio.gather(*(until(core, plain, "API_KEY_REVOKED", 5.0) for core in cores.both))
        assert max(took) < WITHIN
        assert [await reason(core, KEY) for core in cores.both] == ["", ""]


async def test_a_user_who_is_deleted_takes_its_keys_along_and_brings_them_back(address: str, tmp_path: Path) -> None:
    async with two_cores(address, tmp_path) as cores:
        assert [await reason(core, KEY) for core in cores.both] == ["", ""]
        async with cores.store.changing(ACTOR) as change:
            await change.users.delete("default")
        for core in cores.both:
            await until(core, KEY, "API_KEY_INVALID", 5.0)
        async with cores.store.changing(ACTOR) as change:
            await change.users.undelete("default")
        for core in cores.both:
            assert await until(core, KEY, "", 5.0) < WITHIN


async def test_the_last_use_of_a_key_is_kept(address: str, tmp_path: Path) -> None:
    async with two_cores(address, tmp_path) as cores:
        plain = await make_key(cores.store, cores.vault.peppers, "key_1")
        await reason(cores.both[0], plain)
    async with open_store(address) as store, store.reading() as reading:
        used = (await reading.key_uses.of(["key_1"]))["key_1"]
    assert abs((datetime.now(UTC) - used).total_seconds()) < 30


async def test_a_database_that_hangs_makes_keys_stale_and_nothing_worse(tmp_path: Path) -> None:
    with own_server() as server:
        async with two_cores(server.address(), tmp_path, bound=1.0) as cores:
            core = cores.both[0]
            assert await reason(core, KEY) == ""
            server.pause()
            try:
                assert await reason(core, KEY) == ""
                assert await until(core, KEY, "STALE_CONFIGURATION", 5.0) > 0.4
                assert await reason(core, "never-seen-before") == "STALE_CONFIGURATION"
            finally:
                server.resume()
            await until(core, KEY, "", 15.0)


async def test_a_database_that_is_gone_leaves_known_keys_for_a_while_and_unknown_ones_never(tmp_path: Path) -> None:
    with own_server() as server:
        async with two_cores(server.address(), tmp_path) as cores:
            core = cores.both[0]
            assert await reason(core, KEY) == ""
            server.stop()
            assert await reason(core, KEY) == ""
            assert await reason(core, "never-seen-before") == "STORE_UNAVAILABLE"
            server.start()
            assert await until(core, "never-seen-before", "API_KEY_INVALID", 10.0) < 10.0
