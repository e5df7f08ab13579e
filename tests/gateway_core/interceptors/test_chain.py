"""The interceptors around real rpcs: order, ids, authentication, counting, faults and draining."""

import asyncio

import grpc
import pytest
from google.rpc import error_details_pb2 as details
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from prometheus_client import CollectorRegistry

from gateway_core.inprocess.server import InProcessServer
from gateway_core.interceptors.draining import Drained
from gateway_core.wiring import interceptors
from tests.fakes.core_parts import AUTHORIZED, KEY, KeptLines, core_parts, running_core
from tests.fakes.eventually import eventually
from tests.fakes.gates import KnownKeys, a_gate
from tests.fakes.worlds import a_key
from weir.v1 import account_service_pb2, chat_service_pb2, model_service_pb2
from weir.v1.account_service_pb2_grpc import AccountServiceStub
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2_grpc import ChatServiceStub
from weir.v1.model_service_pb2_grpc import ModelServiceServicer, ModelServiceStub, add_ModelServiceServicer_to_server

NAMED = model_service_pb2.GetModelRequest(name="weir-demo")


def reason_of(error: grpc.aio.AioRpcError) -> str:
    status = rpc_status.from_call(error)
    info = details.ErrorInfo()
    status.details[0].Unpack(info)
    return str(info.reason)


def a_chat(content: str = "hello", model: str = "weir-demo") -> ChatRequest:
    return ChatRequest(model=model, messages=[ChatMessage(role=ROLE_USER, content=content)])


def test_the_order_is_the_documented_one() -> None:
    chain = interceptors(core_parts(), a_gate(KnownKeys()), Drained())
    assert [type(interceptor).__name__ for interceptor in chain] == [
        "RequestIds",
        "AccessLog",
        "Measured",
        "StatusErrors",
        "Drained",
        "Authenticated",
        "Decoded",
    ]


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", "Bearer wrong-key-of-nobody"),),
        (("authorization", "Basic dXNlcg=="),),
        (("x-api-key", ""),),
    ],
)
async def test_a_call_without_a_known_key_is_refused(metadata: tuple[tuple[str, str], ...]) -> None:
    async with running_core() as core:
        stub = AccountServiceStub(core.server.inside.channel())
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetAccount(account_service_pb2.GetAccountRequest(), metadata=metadata)
    assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
    assert reason_of(refused.value) == "API_KEY_INVALID"


async def test_health_asks_for_no_key() -> None:
    async with running_core() as core:
        stub = health_pb2_grpc.HealthStub(core.server.inside.channel())
        reply = await stub.Check(health_pb2.HealthCheckRequest(service="weir.v1.ChatService"))
    assert reply.status == health_pb2.HealthCheckResponse.SERVING


async def test_the_account_behind_a_key_is_told() -> None:
    async with running_core() as core:
        stub = AccountServiceStub(core.server.inside.channel())
        reply = await stub.GetAccount(account_service_pb2.GetAccountRequest(), metadata=AUTHORIZED)
    assert (reply.account.id, reply.account.key.name) == ("default", "bootstrap")
    assert reply.account.key.create_time.seconds > 0


@pytest.mark.parametrize(
    ("given", "kept"), [("order-7.A_b", True), ("has space", False), ("x" * 65, False), ("", False)]
)
async def test_a_well_formed_request_id_is_kept(given: str, kept: bool) -> None:  # noqa: FBT001 # a table row
    async with running_core() as core:
        stub = ModelServiceStub(core.server.inside.channel())
        call = stub.GetModel(NAMED, metadata=(*AUTHORIZED, ("x-request-id", given)))
        await call
        trailers = dict(await call.trailing_metadata())
    assert (trailers["x-request-id"] == given) is kept
    assert kept or str(trailers["x-request-id"]).startswith("req_")


async def test_errors_carry_the_request_id_too() -> None:
    async with running_core() as core:
        stub = ModelServiceStub(core.server.inside.channel())
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.GetModel(
                model_service_pb2.GetModelRequest(name="nope"), metadata=(*AUTHORIZED, ("x-request-id", "r-1"))
            )
    assert reason_of(refused.value) == "MODEL_NOT_FOUND"
    assert dict(refused.value.trailing_metadata())["x-request-id"] == "r-1"


class Faulty(ModelServiceServicer):
    """A service with a bug that would tell a secret, and a method it does not have."""

    async def GetModel(
        self, request: model_service_pb2.GetModelRequest, context: object
    ) -> model_service_pb2.GetModelResponse:
        """Fails."""
        raise ValueError("the password is hunter2")

    async def ListModels(
        self, request: model_service_pb2.ListModelsRequest, context: object
    ) -> model_service_pb2.ListModelsResponse:
        """Does what a generated servicer does."""
        raise NotImplementedError("Method not implemented!")


async def test_a_fault_of_ours_says_nothing_but_the_request_id(caplog: pytest.LogCaptureFixture) -> None:
    gate = a_gate(KnownKeys({KEY: a_key()}))
    server = InProcessServer(interceptors(core_parts(), gate, Drained()))
    add_ModelServiceServicer_to_server(Faulty(), server)
    stub = ModelServiceStub(server.channel())
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.GetModel(NAMED, metadata=(*AUTHORIZED, ("x-request-id", "r-1")))
    assert (refused.value.code(), refused.value.details()) == (grpc.StatusCode.INTERNAL, "internal error")
    assert "hunter2" not in repr(refused.value.trailing_metadata())
    faults = [record for record in caplog.records if record.message == "fault"]
    assert [record.exc_info is not None for record in faults] == [True]
    with pytest.raises(grpc.aio.AioRpcError) as unknown:
        await stub.ListModels(model_service_pb2.ListModelsRequest(), metadata=AUTHORIZED)
    assert unknown.value.code() is grpc.StatusCode.UNIMPLEMENTED
    await server.stop(None)


async def test_every_rpc_is_counted_timed_and_logged() -> None:
    metrics, log = CollectorRegistry(), KeptLines()
    async with running_core(metrics, log) as core:
        stub = ModelServiceStub(core.server.inside.channel())
        await stub.GetModel(NAMED, metadata=AUTHORIZED)
        with pytest.raises(grpc.aio.AioRpcError):
            await stub.GetModel(model_service_pb2.GetModelRequest(name="nope"), metadata=AUTHORIZED)
    labels = {"method": "/weir.v1.ModelService/GetModel"}
    assert metrics.get_sample_value("weir_requests_total", {**labels, "code": "OK"}) == 1
    assert metrics.get_sample_value("weir_requests_total", {**labels, "code": "NOT_FOUND"}) == 1
    assert metrics.get_sample_value("weir_request_duration_seconds_count", labels) == 2
    assert metrics.get_sample_value("weir_inflight_requests", labels) == 0
    assert [(line["method"], line["code"]) for line in log.lines] == [
        ("/weir.v1.ModelService/GetModel", "OK"),
        ("/weir.v1.ModelService/GetModel", "NOT_FOUND"),
    ]
    assert all(line["request_id"] and line["key_id"] and line["duration_ms"] for line in log.lines)


async def test_the_trace_of_a_caller_is_logged_and_health_checks_are_not() -> None:
    log = KeptLines()
    trace = "0af7651916cd43dd8448eb211c80319c"
    async with running_core(lines=log) as core:
        channel = core.server.inside.channel()
        await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
        metadata = (*AUTHORIZED, ("traceparent", f"00-{trace}-b7ad6b7169203331-01"))
        await ModelServiceStub(channel).GetModel(NAMED, metadata=metadata)
    assert [line["trace_id"] for line in log.lines] == [trace]


async def test_a_caller_who_leaves_counts_as_cancelled() -> None:
    metrics = CollectorRegistry()
    async with running_core(metrics) as core:
        stub = ChatServiceStub(core.server.inside.channel())
        request = chat_service_pb2.StreamChatCompletionRequest(chat=a_chat())
        request.chat.metadata["weir_simulator"] = "pace=5s"
        call = stub.StreamChatCompletion(request, metadata=AUTHORIZED)
        await anext(aiter(call))
        call.cancel()
        sample = ("weir_requests_total", {"method": "/weir.v1.ChatService/StreamChatCompletion", "code": "CANCELLED"})
        await eventually(lambda: metrics.get_sample_value(*sample) == 1)


async def test_draining_refuses_new_calls_and_ends_the_last_ones_in_style() -> None:
    async with running_core() as core:
        channel = core.server.inside.channel()
        stub = ChatServiceStub(channel)
        request = chat_service_pb2.StreamChatCompletionRequest(chat=a_chat())
        request.chat.metadata["weir_simulator"] = "pace=5s"
        stream = stub.StreamChatCompletion(request, metadata=AUTHORIZED)
        events = aiter(stream)
        await anext(events)
        draining = asyncio.create_task(core.server.drain(0.05))
        with pytest.raises(grpc.aio.AioRpcError) as ended:
            [event async for event in events]
        assert (ended.value.code(), reason_of(ended.value)) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
        await draining
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await ModelServiceStub(channel).GetModel(NAMED, metadata=AUTHORIZED)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


async def test_draining_waits_for_a_call_that_ends_in_time() -> None:
    async with running_core() as core:
        stub = ChatServiceStub(core.server.inside.channel())
        request = chat_service_pb2.StreamChatCompletionRequest(chat=a_chat())
        request.chat.metadata["weir_simulator"] = "pace=5ms"
        stream = stub.StreamChatCompletion(request, metadata=AUTHORIZED)
        events = aiter(stream)
        await anext(events)
        draining = asyncio.create_task(core.server.drain(10))
        last = [event async for event in events][-1]
        assert last.HasField("completed")
        await draining
