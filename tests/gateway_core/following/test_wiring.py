"""A core over its store, as the real wiring makes it: an empty one, figures, and faults."""

import asyncio
from dataclasses import replace

import grpc
import pytest
from prometheus_client import CollectorRegistry

from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.wiring import open_core
from tests.fakes.core_parts import AUTHORIZED, core_parts, core_settings, prepared, running_core, running_core_on_store
from tests.fakes.eventually import eventually
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store
from tests.fakes.unreliable_store import UnreliableStore
from weir.v1.account_service_pb2 import GetAccountRequest
from weir.v1.account_service_pb2_grpc import AccountServiceStub
from weir.v1.model_service_pb2 import ListModelsRequest
from weir.v1.model_service_pb2_grpc import ModelServiceStub


async def test_a_core_starts_with_nothing_configured() -> None:
    async with running_core(providers={}, models={}) as core:
        stub = ModelServiceStub(core.server.inside.channel())
        assert list((await stub.ListModels(ListModelsRequest(), metadata=AUTHORIZED)).models) == []


async def test_a_provider_with_sealed_credentials_is_opened() -> None:
    paid = Provider("paid", "openai", "http://127.0.0.1:9", (Credential("a", Secret("sk-1")),))
    async with running_core(providers={"paid": paid}, models={}):
        pass


async def test_how_current_a_core_is_can_be_watched() -> None:
    metrics = CollectorRegistry()
    async with running_core_on_store(metrics) as (core, store, _):
        stub = AccountServiceStub(core.server.inside.channel())
        for _ in range(3):
            await stub.GetAccount(GetAccountRequest(), metadata=AUTHORIZED)
        figures = [f"weir_key_cache_{name}" for name in ("entries", "misses_total", "hits_total")]
        assert [metrics.get_sample_value(name) for name in figures] == [1, 1, 2]
        async with store.changing(ACTOR) as change:
            await change.users.delete("default")
            version = change.version + 1
        await eventually(lambda: metrics.get_sample_value("weir_configuration_version") == version)
        age = metrics.get_sample_value("weir_configuration_age_seconds")
        assert age is not None
        assert 0 <= age < 5


async def refused(core_channel: grpc.aio.Channel) -> bool:
    try:
        await AccountServiceStub(core_channel).GetAccount(GetAccountRequest(), metadata=AUTHORIZED)
    except grpc.aio.AioRpcError:
        return True
    return False


@pytest.mark.parametrize("always", [True, False])
async def test_the_process_that_holds_the_admin_service_is_never_stale(always: bool) -> None:  # noqa: FBT001 # a table row
    async with temporary_store() as (behind, folder):
        settings = core_settings(data_dir=folder, always_fresh=always)
        vault = await prepared(behind, settings)
        store = UnreliableStore(behind)
        seconds = [0.0]
        parts = core_parts(store, vault=vault)
        clock = replace(parts.clock, monotonic=lambda: asyncio.get_running_loop().time() + seconds[0])
        async with open_core(settings, replace(parts, clock=clock)) as core:
            channel = core.server.inside.channel()
            assert not await refused(channel)
            store.state = "away"
            seconds[0] = 100.0
            assert await refused(channel) is not always


class BrokenStore(UnreliableStore):
    """A store with a bug."""

    async def version(self) -> int:
        """Fails as nothing should."""
        raise ZeroDivisionError


async def test_a_follower_with_a_bug_ends_the_core_loudly() -> None:
    async with temporary_store() as (behind, folder):
        settings = core_settings(data_dir=folder)
        parts = core_parts(BrokenStore(behind), vault=await prepared(behind, settings))
        with pytest.raises(ZeroDivisionError):
            async with open_core(settings, parts):
                await asyncio.Event().wait()
