"""The server's own part: registrations, and interceptors that are asked once a method."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

from gateway_core.inprocess.server import InProcessServer
from tests.fakes.channel_link import (
    SERVICE,
    Context,
    Service,
    answer,
    ask,
)
from weir.v1.model_service_pb2 import GetModelRequest, GetModelResponse, ListModelsRequest, ListModelsResponse
from weir.v1.model_service_pb2_grpc import (
    ModelServiceServicer,
    ModelServiceStub,
    add_ModelServiceServicer_to_server,
)


class Models(ModelServiceServicer):
    """Answers one of the two methods; the other is the one that generated code leaves."""

    async def GetModel(self, request: GetModelRequest, context: Context) -> GetModelResponse:
        """Answers with the name it is asked for."""
        del context
        return answer(request.name)

    def ListModels(self, request: ListModelsRequest, context: Context) -> Awaitable[ListModelsResponse]:
        """Leaves it to the generated code."""
        listed: Awaitable[ListModelsResponse] = ModelServiceServicer.ListModels(self, request, context)  # type: ignore[assignment] # that is what is tested
        return listed


class Counting(grpc.aio.ServerInterceptor):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:  # noqa: ANN401 # the library's signature is generic where a class cannot be
        """Counts and goes on."""
        self.asked += 1
        return await continuation(handler_call_details)


class CountingOnce(Counting):
    """Promises to answer alike for every call of a method."""

    per_method = True


class Dynamic(grpc.GenericRpcHandler):
    """Decides for every call."""

    def __init__(self) -> None:
        self.asked = 0

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:  # noqa: ANN401 # any handler will do
        """Offers a method that tells how often it was asked for."""
        self.asked += 1
        if handler_call_details.method != "/dynamic/Count":
            return None
        return grpc.unary_unary_rpc_method_handler(self.count)

    async def count(self, _request: object, _context: Context) -> int:
        """Answers with the count."""
        return self.asked


def registered(*interceptors: grpc.aio.ServerInterceptor) -> InProcessServer:
    server = InProcessServer(interceptors)
    server.add_registered_method_handlers(SERVICE, Service().handlers())
    return server


async def get_model(server: InProcessServer) -> object:
    call: Any = server.channel().unary_unary(f"/{SERVICE}/GetModel")
    return await call(ask())


async def test_generated_stubs_and_servicers_work_unchanged() -> None:
    server = InProcessServer()
    add_ModelServiceServicer_to_server(Models(), server)
    stub = ModelServiceStub(server.channel())
    assert await stub.GetModel(ask("fast")) == answer("fast")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.ListModels(ListModelsRequest())
    assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    ("interceptors", "counts"),
    [
        ([CountingOnce()], [1]),
        ([CountingOnce(), CountingOnce()], [1, 1]),
        ([Counting()], [3]),
        ([CountingOnce(), Counting()], [3, 3]),
    ],
)
async def test_interceptors_that_promise_to_answer_alike_are_asked_once_if_all_do(
    interceptors: list[Counting], counts: list[int]
) -> None:
    server = registered(*interceptors)
    for _ in range(3):
        assert await get_model(server) == answer()
    assert [interceptor.asked for interceptor in interceptors] == counts


async def test_a_handler_that_decides_for_every_call_is_asked_for_every_call() -> None:
    dynamic = Dynamic()
    server = registered(CountingOnce())
    server.add_generic_rpc_handlers([dynamic])
    count: Any = server.channel().unary_unary("/dynamic/Count")
    assert [await count(None), await count(None)] == [1, 2]


async def test_what_is_registered_comes_before_what_is_generic_and_replaces_what_was_known() -> None:
    async def other(_request: object, _context: Context) -> GetModelResponse:
        return answer("other")

    server = InProcessServer()
    generic = grpc.method_handlers_generic_handler(SERVICE, Service(get_model=other).handlers())
    server.add_generic_rpc_handlers([generic])
    assert await get_model(server) == answer("other")
    server.add_registered_method_handlers(SERVICE, Service().handlers())
    assert await get_model(server) == answer("fast")


async def test_a_server_has_no_ports_and_needs_no_start() -> None:
    server = registered()
    assert isinstance(server, grpc.aio.Server)
    await server.start()
    with pytest.raises(grpc.aio.UsageError):
        server.add_insecure_port("127.0.0.1:0")
    with pytest.raises(grpc.aio.UsageError):
        server.add_secure_port("127.0.0.1:0", grpc.local_server_credentials())
    await server.stop(None)


async def test_a_channel_is_ready_at_once_and_fails_with_its_server() -> None:
    server = registered()
    channel = server.channel()
    assert channel.get_state() is grpc.ChannelConnectivity.READY
    stopped = asyncio.create_task(channel.wait_for_state_change(grpc.ChannelConnectivity.READY))
    ready = asyncio.create_task(channel.wait_for_state_change(grpc.ChannelConnectivity.READY))
    await asyncio.sleep(0)
    ready.cancel()
    await server.stop(None)
    await asyncio.wait_for(stopped, 5)
    assert channel.get_state() is grpc.ChannelConnectivity.TRANSIENT_FAILURE
    never = asyncio.create_task(channel.channel_ready())
    await asyncio.sleep(0)
    await channel.close()
    with pytest.raises(grpc.aio.UsageError):
        await never
