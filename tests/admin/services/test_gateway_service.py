"""How the gateway is, as administrators see it, also without the database."""

from datetime import UTC, datetime, timedelta

import pytest

from admin.process_facts import Listening
from tests.fakes.admin_world import running_admin
from tests.fakes.ailing_store import AilingStore
from tests.fakes.eventually import eventually
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1.config_service_pb2 import WatchConfigRequest
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub
from weir.admin.v1.gateway_pb2 import (
    DEPENDENCY_STATE_DOWN,
    DEPENDENCY_STATE_HEALTHY,
    GATEWAY_MODE_EMBEDDED,
    STORE_KIND_SQLITE,
    Listener,
)
from weir.admin.v1.gateway_service_pb2 import GetGatewayRequest
from weir.admin.v1.gateway_service_pb2_grpc import GatewayServiceStub

ASK = GetGatewayRequest()
LISTENERS = (Listening("http", "127.0.0.1:8080"), Listening("admin", "127.0.0.1:50052", tls=True, mutual_tls=True))


async def test_the_process_describes_itself() -> None:
    async with running_admin(listeners=LISTENERS) as world:
        stub = world.stub(GatewayServiceStub, "viewer")
        gateway = (await stub.GetGateway(ASK)).gateway
        again = (await stub.GetGateway(ASK)).gateway
        version = await world.store.version()
    assert (gateway.version, gateway.mode, gateway.store.kind) == ("0.0.0", GATEWAY_MODE_EMBEDDED, STORE_KIND_SQLITE)
    assert gateway.instance_id == again.instance_id != ""
    assert gateway.start_time == again.start_time
    assert gateway.uptime.ToNanoseconds() < again.uptime.ToNanoseconds()
    assert abs(gateway.current_time.ToDatetime(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1)
    assert gateway.configuration_version == version
    assert list(gateway.listeners) == [
        Listener(name="http", address="127.0.0.1:8080"),
        Listener(name="admin", address="127.0.0.1:50052", tls=True, mutual_tls=True),
    ]
    (store,) = gateway.dependencies
    assert (store.name, store.state, store.message) == ("store", DEPENDENCY_STATE_HEALTHY, "")
    assert store.latency.ToNanoseconds() > 0


async def test_it_answers_while_the_database_is_away() -> None:
    async with temporary_store() as (inner, _):
        ailing = AilingStore(inner)
        async with running_admin(ailing) as world:
            stub = world.stub(GatewayServiceStub)
            before = (await stub.GetGateway(ASK)).gateway
            ailing.go_away()
            await eventually(lambda: not world.admin.hub.store.reachable)
            gateway = (await stub.GetGateway(ASK)).gateway
    (store,) = gateway.dependencies
    assert store.state == DEPENDENCY_STATE_DOWN
    assert "the database does not answer" in store.message
    assert "secret-host" not in store.message
    assert gateway.configuration_version == before.configuration_version


@pytest.mark.parametrize("role", ["owner", "operator", "viewer"])
async def test_those_who_watch_are_shown(role: str) -> None:
    async with running_admin() as world:
        watching = world.stub(ConfigServiceStub, role).WatchConfig(  # type: ignore[arg-type] # one of the roles
            WatchConfigRequest(watcher_id="core-1", software_version="9.8.7")
        )
        await watching.read()
        (watcher,) = (await world.stub(GatewayServiceStub).GetGateway(ASK)).gateway.watchers
        watching.cancel()
        await eventually(lambda: not world.admin.hub.watches)
        assert not (await world.stub(GatewayServiceStub).GetGateway(ASK)).gateway.watchers
    assert (watcher.watcher_id, watcher.version, watcher.address) == ("core-1", "9.8.7", "127.0.0.1")
    assert abs(watcher.connect_time.ToDatetime(tzinfo=UTC) - datetime.now(UTC)) < timedelta(minutes=1)
