"""The generated clients over TCP, with asyncio and without: whole and streamed chats, deadlines, ends and failures."""

import asyncio
import time
from collections.abc import Iterator

import grpc
import pytest
from google.rpc.code_pb2 import Code

from tests.end_to_end.conftest import UNPROXIED
from tests.fakes.gateways import Gateway
from tests.fakes.rich_status import rich_status
from weir.v1.account_service_pb2 import GetAccountRequest
from weir.v1.account_service_pb2_grpc import AccountServiceStub
from weir.v1.call_summary_pb2 import USAGE_SOURCE_PROVIDER
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    StreamChatCompletionRequest,
    StreamChatCompletionResponse,
)
from weir.v1.chat_service_pb2_grpc import ChatServiceStub
from weir.v1.model_service_pb2 import GetModelRequest, ListModelsRequest
from weir.v1.model_service_pb2_grpc import ModelServiceStub

Credentials = tuple[tuple[str, str], ...]


def chat(script: str = "tokens=12", *, model: str = "weir-demo", text: str = "hello") -> ChatRequest:
    """Makes a request that the simulator answers by a script."""
    messages = [ChatMessage(role=ROLE_USER, content=text)]
    return ChatRequest(model=model, messages=messages, metadata={"weir_simulator": script})


def whole(script: str = "tokens=12", *, model: str = "weir-demo") -> CreateChatCompletionRequest:
    """Makes a request for a whole reply."""
    return CreateChatCompletionRequest(chat=chat(script, model=model))


def streamed(script: str = "tokens=12", *, model: str = "weir-demo") -> StreamChatCompletionRequest:
    """Makes a request for a stream."""
    return StreamChatCompletionRequest(chat=chat(script, model=model))


def check_whole(response: CreateChatCompletionResponse) -> None:
    """Checks a whole reply of twelve tokens."""
    summary = response.summary
    assert response.completion.choices[0].finish_reason == FINISH_REASON_STOP
    assert summary.usage.output == response.completion.usage.completion_tokens == 12
    assert summary.usage.source == USAGE_SOURCE_PROVIDER
    assert (summary.cost.priced, summary.model) == (True, "weir-demo")
    assert summary.cost.nano_usd == 100 * summary.usage.input + 400 * 12
    assert [attempt.provider for attempt in summary.attempts] == ["practice"]


def check_stream(events: list[StreamChatCompletionResponse]) -> None:
    """Checks a streamed reply of twelve tokens."""
    kinds = [event.WhichOneof("event") for event in events]
    assert (kinds[0], kinds[-1], set(kinds[1:-1])) == ("started", "completed", {"chunks"})
    assert events[0].started.provider == "practice"
    chunks = [chunk for event in events for chunk in event.chunks.chunks]
    assert len([chunk for chunk in chunks if chunk.choices[0].delta.content]) == 12
    assert events[-1].completed.summary.usage.output == 12
    assert events[-1].completed.summary.finish_reason == FINISH_REASON_STOP


@pytest.fixture
def credentials(embedded: Gateway) -> Credentials:
    """Gives the metadata of a call that may be made."""
    return (("authorization", f"Bearer {embedded.key}"),)


@pytest.fixture
def plain(embedded: Gateway) -> Iterator[grpc.Channel]:
    """Gives a channel of the client without asyncio."""
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as opened:
        yield opened


async def test_the_asyncio_client(channel: grpc.aio.Channel, credentials: Credentials) -> None:
    stub = ChatServiceStub(channel)
    check_whole(await stub.CreateChatCompletion(whole(), metadata=credentials))
    check_stream([event async for event in stub.StreamChatCompletion(streamed(), metadata=credentials)])


def test_the_plain_client(plain: grpc.Channel, credentials: Credentials) -> None:
    stub = ChatServiceStub(plain)
    check_whole(stub.CreateChatCompletion(whole(), metadata=credentials, timeout=10))
    check_stream(list(stub.StreamChatCompletion(streamed(), metadata=credentials, timeout=10)))


def test_models_and_account(plain: grpc.Channel, credentials: Credentials) -> None:
    models = ModelServiceStub(plain)
    first = models.ListModels(ListModelsRequest(page_size=2), metadata=credentials)
    rest = models.ListModels(ListModelsRequest(page_token=first.next_page_token), metadata=credentials)
    assert [model.name for page in (first, rest) for model in page.models] == ["hasty", "team/steady", "weir-demo"]
    assert models.GetModel(GetModelRequest(name="team/steady"), metadata=credentials).model.owned_by == "practice"
    account = AccountServiceStub(plain).GetAccount(GetAccountRequest(), metadata=credentials).account
    assert account.key.name == "first"
    assert account.key.create_time.seconds > 1_700_000_000


def test_the_request_id_of_the_caller_comes_back(plain: grpc.Channel, credentials: Credentials) -> None:
    metadata = (*credentials, ("x-request-id", "order-66"))
    response, call = ChatServiceStub(plain).CreateChatCompletion.with_call(whole(), metadata=metadata)
    assert response.summary.request_id == "order-66"
    assert ("x-request-id", "order-66") in [(key, value) for key, value in call.trailing_metadata()]


@pytest.mark.parametrize("script", ["silent", "stall=3", "pace=100ms,tokens=10000"])
async def test_a_deadline_ends_a_call_with_its_reason(
    channel: grpc.aio.Channel, credentials: Credentials, script: str
) -> None:
    stub = ChatServiceStub(channel)
    begun = time.monotonic()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.CreateChatCompletion(whole(script), metadata=credentials, timeout=0.5)
    failure = rich_status(caught.value)
    assert (failure.code, failure.reason) == (grpc.StatusCode.DEADLINE_EXCEEDED, "UPSTREAM_TIMEOUT")
    assert failure.facts["timer"] == "deadline"
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        async for _ in stub.StreamChatCompletion(streamed(script), metadata=credentials, timeout=0.5):
            pass
    assert caught.value.code() in (grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.INTERNAL)
    assert rich_status(caught.value).facts["timer"] == "deadline"
    assert time.monotonic() - begun < 10


async def test_a_call_that_is_cancelled_ends_at_once(channel: grpc.aio.Channel, credentials: Credentials) -> None:
    call = ChatServiceStub(channel).StreamChatCompletion(streamed("pace=5ms,tokens=10000"), metadata=credentials)
    with pytest.raises(asyncio.CancelledError):  # noqa: PT012 # the cancellation is felt while the stream is read
        async for event in call:
            if event.HasField("chunks"):
                call.cancel()
    assert await call.code() is grpc.StatusCode.CANCELLED


def test_the_plain_client_may_cancel_too(plain: grpc.Channel, credentials: Credentials) -> None:
    call = ChatServiceStub(plain).StreamChatCompletion(streamed("pace=5ms,tokens=10000"), metadata=credentials)
    next(call)
    call.cancel()
    with pytest.raises(grpc.RpcError) as caught:
        list(call)
    assert rich_status(caught.value).code is grpc.StatusCode.CANCELLED


FAILURES = [
    ("fail=429,retry_after=2", grpc.StatusCode.RESOURCE_EXHAUSTED, "UPSTREAM_RATE_LIMITED"),
    ("fail=500", grpc.StatusCode.UNAVAILABLE, "UPSTREAM_ERROR"),
    ("refuse", grpc.StatusCode.UNAVAILABLE, "UPSTREAM_ERROR"),
    ("garbage", grpc.StatusCode.UNAVAILABLE, "UPSTREAM_ERROR"),
    ("fail=401", grpc.StatusCode.FAILED_PRECONDITION, "UPSTREAM_AUTH"),
    ("fail=400,code=context_length_exceeded", grpc.StatusCode.INVALID_ARGUMENT, "CONTEXT_LENGTH_EXCEEDED"),
    ("fail=400,code=content_filter", grpc.StatusCode.INVALID_ARGUMENT, "CONTENT_FILTERED"),
    ("fail=501", grpc.StatusCode.UNIMPLEMENTED, "UNIMPLEMENTED"),
]


@pytest.mark.parametrize(("script", "code", "reason"), FAILURES)
def test_a_failure_of_the_provider_has_its_status_and_details(
    plain: grpc.Channel, credentials: Credentials, script: str, code: grpc.StatusCode, reason: str
) -> None:
    stub = ChatServiceStub(plain)
    with pytest.raises(grpc.RpcError) as whole_failed:
        stub.CreateChatCompletion(whole(script), metadata=credentials)
    with pytest.raises(grpc.RpcError) as stream_failed:
        list(stub.StreamChatCompletion(streamed(script), metadata=credentials))
    for failure in (rich_status(whole_failed.value), rich_status(stream_failed.value)):
        assert (failure.code, failure.reason, failure.domain) == (code, reason, "weir")
        assert failure.retry_after == (2.0 if "retry_after" in script else None)


@pytest.mark.parametrize("script", ["cut=3", "error=3", "stall=3"])
def test_a_stream_that_breaks_never_completes(plain: grpc.Channel, credentials: Credentials, script: str) -> None:
    kinds = []
    request = streamed(script, model="hasty" if script == "stall=3" else "weir-demo")
    with pytest.raises(grpc.RpcError) as caught:  # noqa: PT012 # the error comes while the stream is read
        for event in ChatServiceStub(plain).StreamChatCompletion(request, metadata=credentials):
            kinds.append(event.WhichOneof("event"))  # noqa: PERF401 # what came before the error counts
    assert "chunks" in kinds
    assert "completed" not in kinds
    failure = rich_status(caught.value)
    expected = "UPSTREAM_TIMEOUT" if script == "stall=3" else "UPSTREAM_ERROR"
    assert (failure.reason, failure.domain) == (expected, "weir")
    assert failure.code.value[0] in (Code.INTERNAL, Code.DEADLINE_EXCEEDED)


def test_an_unknown_model_is_named(plain: grpc.Channel, credentials: Credentials) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        ChatServiceStub(plain).CreateChatCompletion(whole(model="nobody"), metadata=credentials)
    failure = rich_status(caught.value)
    assert (failure.code, failure.reason) == (grpc.StatusCode.NOT_FOUND, "MODEL_NOT_FOUND")
    assert failure.resource == "nobody"
