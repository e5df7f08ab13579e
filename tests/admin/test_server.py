"""The server of administration: what it serves, how it ends, and that it takes no port that is taken."""

import asyncio
import socket

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from gateway_core.listening import BindError
from tests.fakes.admin_world import ACTOR, AdminWorld, running_admin
from tests.fakes.eventually import eventually
from tests.fakes.rich_status import rich_status
from weir.admin.v1.config_service_pb2 import WatchConfigRequest, WatchConfigResponse
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub
from weir.admin.v1.user_service_pb2 import CreateUserRequest, ListUsersRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

CLOSING = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED)
"""What gRPC itself says while a listener closes: the second where the call arrives in that very moment."""
CHECK = health_pb2.HealthCheckRequest(service="weir.admin.v1.UserService")


async def test_health_asks_for_no_token() -> None:
    async with running_admin() as world:
        reply = await health_pb2_grpc.HealthStub(world.channel).Check(CHECK)
    assert reply.status == health_pb2.HealthCheckResponse.SERVING


async def test_reflection_lists_every_service_unless_it_is_off() -> None:
    ask = reflection_pb2.ServerReflectionRequest(list_services="")
    async with running_admin() as world:
        call = reflection_pb2_grpc.ServerReflectionStub(world.channel).ServerReflectionInfo(iter((ask,)))
        names = {service.name for service in (await call.read()).list_services_response.service}
        call.cancel()
    assert {"weir.admin.v1.UserService", "weir.admin.v1.GatewayService", "grpc.health.v1.Health"} <= names
    async with running_admin(reflection=False) as world:
        call = reflection_pb2_grpc.ServerReflectionStub(world.channel).ServerReflectionInfo(iter((ask,)))
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await call.read()
    assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def read_to_the_end(call: "grpc.aio.UnaryStreamCall[WatchConfigRequest, WatchConfigResponse]") -> None:
    """Reads a stream until it ends, or fails."""
    async for _ in call:
        pass


async def test_a_drain_ends_those_who_watch_at_once_and_says_why() -> None:
    async with running_admin() as world:
        watching = world.stub(ConfigServiceStub).WatchConfig(WatchConfigRequest(watcher_id="core-1"))
        await watching.read()
        async with asyncio.timeout(5):
            await world.admin.drain(60)
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await read_to_the_end(watching)
    told = rich_status(ended.value)
    assert (told.code, told.reason, told.retry_after) == (grpc.StatusCode.UNAVAILABLE, "DRAINING", 1.0)


async def hold_the_turn(world: AdminWorld, held: asyncio.Event, let_go: asyncio.Event) -> None:
    """Keeps everybody else from changing anything."""
    async with world.store.changing(ACTOR):
        held.set()
        await let_go.wait()


def running_now(world: AdminWorld) -> float | None:
    """Gives how many users are being made."""
    labels = {"method": "/weir.admin.v1.UserService/CreateUser"}
    return world.parts.metrics.get_sample_value("weir_admin_inflight_requests", labels)


async def test_a_drain_lets_running_calls_finish_and_refuses_new_ones() -> None:
    held, let_go = asyncio.Event(), asyncio.Event()
    async with running_admin() as world:
        stub = world.stub(UserServiceStub)
        await stub.ListUsers(ListUsersRequest())
        holding = asyncio.ensure_future(hold_the_turn(world, held, let_go))
        await held.wait()
        creating = asyncio.ensure_future(stub.CreateUser(CreateUserRequest(user_id="alice")))
        await eventually(lambda: running_now(world) == 1)
        draining = asyncio.ensure_future(world.admin.drain(60))
        await eventually(lambda: world.admin.server.drained.draining)
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.ListUsers(ListUsersRequest())
        let_go.set()
        assert (await creating).user.name == "users/alice"
        await draining
        await holding
    assert refused.value.code() in CLOSING


async def test_a_drain_without_patience_ends_running_calls() -> None:
    held, let_go = asyncio.Event(), asyncio.Event()
    async with running_admin() as world:
        stub = world.stub(UserServiceStub)
        await stub.ListUsers(ListUsersRequest())
        holding = asyncio.ensure_future(hold_the_turn(world, held, let_go))
        await held.wait()
        creating = asyncio.ensure_future(stub.CreateUser(CreateUserRequest(user_id="alice")))
        await eventually(lambda: running_now(world) == 1)
        await world.admin.drain(0)
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await creating
        let_go.set()
        await holding
    assert rich_status(ended.value).reason == "DRAINING"


async def test_a_port_that_is_taken_stops_the_start() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(BindError, match=address):
            async with running_admin(listen=address):
                pytest.fail("it started")
