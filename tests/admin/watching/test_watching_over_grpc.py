"""Watching as a client does it: changes come within a second, and a stream lives no longer than its credential."""

import asyncio
from datetime import UTC, datetime, timedelta

import grpc
import pytest

from admin.conduct.names import ADMIN_TOKEN
from tests.fakes.admin_world import running_admin
from tests.fakes.rich_status import rich_status
from weir.admin.v1.admin_token_service_pb2 import RevokeAdminTokenRequest
from weir.admin.v1.admin_token_service_pb2_grpc import AdminTokenServiceStub
from weir.admin.v1.config_service_pb2 import WatchConfigRequest, WatchConfigResponse
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub
from weir.admin.v1.user_service_pb2 import CreateUserRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

Call = grpc.aio.UnaryStreamCall[WatchConfigRequest, WatchConfigResponse]
WATCH = WatchConfigRequest(watcher_id="dashboard")


async def first(call: Call) -> WatchConfigResponse:
    """Gives the next message."""
    reply = await call.read()
    assert isinstance(reply, WatchConfigResponse)
    return reply


async def read_to_the_end(call: Call) -> None:
    """Reads a stream until it ends, or fails."""
    async with asyncio.timeout(10):
        async for _ in call:
            pass


async def test_a_change_is_told_within_a_second() -> None:
    async with running_admin() as world:
        call = world.stub(ConfigServiceStub, "viewer").WatchConfig(WATCH)
        begun = await first(call)
        await world.stub(UserServiceStub).CreateUser(CreateUserRequest(user_id="alice"))
        async with asyncio.timeout(1):
            events = (await first(call)).events
        call.cancel()
    assert [(event.kind, event.version) for event in events] == [("user", begun.progress.version + 1)]


async def test_who_resumes_is_told_what_came_meanwhile() -> None:
    async with running_admin() as world:
        version = world.admin.hub.version
        await world.stub(UserServiceStub).CreateUser(CreateUserRequest(user_id="alice"))
        call = world.stub(ConfigServiceStub).WatchConfig(WatchConfigRequest(watcher_id="x", resume_version=version))
        events = list((await first(call)).events)
        while not events:
            events += (await first(call)).events
        call.cancel()
    assert [event.version for event in events] == [version + 1]


async def test_a_stream_ends_with_the_revocation_of_its_token() -> None:
    async with running_admin() as world:
        token = await world.add_token("dashboard")
        call = world.stub_with(ConfigServiceStub, token).WatchConfig(WATCH)
        await first(call)
        await world.stub(AdminTokenServiceStub).RevokeAdminToken(
            RevokeAdminTokenRequest(name=ADMIN_TOKEN.write("dashboard"))
        )
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await read_to_the_end(call)
    assert rich_status(ended.value).reason == "ADMIN_TOKEN_INVALID"


async def test_a_stream_ends_when_its_token_expires() -> None:
    async with running_admin() as world:
        token = await world.add_token("short", expires_at=datetime.now(UTC) + timedelta(seconds=1))
        call = world.stub_with(ConfigServiceStub, token).WatchConfig(WATCH)
        await first(call)
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            await read_to_the_end(call)
    assert rich_status(ended.value).reason == "ADMIN_TOKEN_INVALID"


async def test_a_watcher_without_a_name_is_refused() -> None:
    async with running_admin() as world:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await read_to_the_end(world.stub(ConfigServiceStub).WatchConfig(WatchConfigRequest()))
    assert rich_status(refused.value).fields == ("watcher_id",)
