"""How an admin service is put together: order, completeness, and faults that stay inside."""

from dataclasses import replace

import grpc
import pytest
from prometheus_client import CollectorRegistry

from admin.interceptors.administrator import Admission
from admin.interceptors.known_tokens import KnownTokens
from admin.interceptors.slowed import Slowed
from admin.roles import ROLES
from admin.wiring import interceptors
from gateway_core.interceptors.draining import Drained
from gateway_core.storage.storage_error import SchemaIncompatible
from tests.fakes.admin_world import AdminWorld, running_admin
from tests.fakes.ailing_store import AilingStore
from tests.fakes.rich_status import rich_status
from tests.fakes.temporary_store import temporary_store
from weir.admin.v1.user_service_pb2 import ListUsersRequest
from weir.admin.v1.user_service_pb2_grpc import UserServiceStub

LIST = ListUsersRequest()
METHODS = [f"/weir.admin.v1.{service}/{rpc}" for service, rows in ROLES.items() for rpc in rows]


async def test_the_order_of_interceptors_is_the_documented_one() -> None:
    async with running_admin() as world:
        admission = Admission(
            world.vault.peppers,
            KnownTokens(world.store, world.parts.clock),
            Slowed(world.parts.clock.monotonic, allowed=10),
            reachable=lambda: True,
            used=lambda _: None,
        )
        chain = interceptors(replace(world.parts, metrics=CollectorRegistry()), admission, Drained())
    assert [type(interceptor).__name__ for interceptor in chain] == [
        "RequestIds",
        "AccessLog",
        "Measured",
        "StatusErrors",
        "Drained",
        "Authorized",
        "StorageErrors",
        "Decoded",
    ]


async def test_every_service_with_roles_is_served() -> None:
    async with running_admin() as world:
        served = {row.contract.name for row in world.admin.services}
    assert served == set(ROLES)


async def test_no_rpc_answers_without_a_token() -> None:
    async with running_admin() as world:
        reasons = {method: await reason_without_token(world, method) for method in METHODS}
    assert {method for method, reason in reasons.items() if reason != "ADMIN_TOKEN_INVALID"} == set()


async def reason_without_token(world: AdminWorld, method: str) -> str:
    """Gives why a call without a token is refused."""
    call: grpc.aio.UnaryStreamMultiCallable[bytes, bytes] = world.channel.unary_stream(method)
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await call(b"").read()
    return rich_status(refused.value).reason


async def test_rpcs_are_counted_apart_from_those_of_a_core() -> None:
    async with running_admin() as world:
        await world.stub(UserServiceStub).ListUsers(LIST)
        labels = {"method": "/weir.admin.v1.UserService/ListUsers", "code": "OK"}
        assert world.parts.metrics.get_sample_value("weir_admin_requests_total", labels) == 1
        assert world.parts.metrics.get_sample_value("weir_requests_total", labels) is None


async def test_a_fault_of_ours_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    async with temporary_store() as (store, _):
        ailing = AilingStore(store)
        async with running_admin(ailing) as world:
            ailing.error = SchemaIncompatible("the table secret_table is missing")
            with pytest.raises(grpc.aio.AioRpcError) as failed:
                await world.stub(UserServiceStub).ListUsers(LIST)
    told = rich_status(failed.value)
    assert (told.reason, told.message) == ("INTERNAL", "internal error")
    assert "secret_table" in caplog.text
