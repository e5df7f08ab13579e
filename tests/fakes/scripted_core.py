"""A core that plays a script behind real gRPC servicers, and remembers how it was called."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from weir.v1.account_service_pb2 import Account, GetAccountRequest, GetAccountResponse
from weir.v1.account_service_pb2_grpc import AccountServiceServicer, add_AccountServiceServicer_to_server
from weir.v1.call_summary_pb2 import Attempt, CallSummary
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP, ChatCompletion
from weir.v1.chat_message_pb2 import ROLE_ASSISTANT
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    StreamChatCompletionRequest,
    StreamChatCompletionResponse,
)
from weir.v1.chat_service_pb2_grpc import ChatServiceServicer, add_ChatServiceServicer_to_server
from weir.v1.model_service_pb2 import (
    GetModelRequest,
    GetModelResponse,
    ListModelsRequest,
    ListModelsResponse,
    Model,
)
from weir.v1.model_service_pb2_grpc import ModelServiceServicer, add_ModelServiceServicer_to_server

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
M = TypeVar("M", bound=Message)


@dataclass(frozen=True)
class Fail:
    """A step that ends the call with a status."""

    code: grpc.StatusCode
    details: Sequence[Message] = ()
    message: str = "told by the core"
    trailers: tuple[tuple[str, str | bytes], ...] | None = None

    async def end(self, context: Context) -> None:
        """Aborts the call."""
        trailers = self.trailers
        if trailers is None and self.details:
            status = Status(code=self.code.value[0], message=self.message, details=[packed(it) for it in self.details])
            trailers = (("grpc-status-details-bin", status.SerializeToString()),)
        await context.abort(self.code, self.message, trailers or ())


@dataclass(frozen=True)
class Wait:
    """A step that waits for the test, for ever unless the event is set."""

    until: asyncio.Event = field(default_factory=asyncio.Event)


Step: TypeAlias = Message | Fail | Wait


class ScriptedCore(ChatServiceServicer, ModelServiceServicer, AccountServiceServicer):
    """Plays `steps` to every chat call, and answers about models and accounts from its lists."""

    def __init__(self, *steps: Step) -> None:
        """Takes the script."""
        self.steps: Sequence[Step] = steps
        self.chats: list[ChatRequest] = []
        self.metadata: list[dict[str, str | bytes]] = []
        self.patience: list[float | None] = []
        self.called = asyncio.Event()
        self.cancelled = asyncio.Event()
        self.ended = asyncio.Event()
        self.sent = 0
        self.models = [Model(name="fast", created=7, owned_by="weir"), Model(name="org/deep/model", created=8)]
        self.page_size = 1000
        self.account = Account(id="alice")
        self.refusal: Fail | None = None
        self.health = health.aio.HealthServicer()

    async def CreateChatCompletion(
        self, request: CreateChatCompletionRequest, context: Context
    ) -> CreateChatCompletionResponse:
        """Plays the script; its one message is the reply."""
        async for message in self._play(request.chat, context, CreateChatCompletionResponse):
            return message
        return CreateChatCompletionResponse()

    async def StreamChatCompletion(
        self, request: StreamChatCompletionRequest, context: Context
    ) -> AsyncIterator[StreamChatCompletionResponse]:
        """Plays the script."""
        async for message in self._play(request.chat, context, StreamChatCompletionResponse):
            yield message

    async def _play(self, chat: ChatRequest, context: Context, kind: type[M]) -> AsyncIterator[M]:
        self._note(context)
        self.chats.append(chat)
        self.called.set()
        try:
            for step in self.steps:
                if isinstance(step, Fail):
                    await step.end(context)
                elif isinstance(step, Wait):
                    await step.until.wait()
                else:
                    assert isinstance(step, kind)
                    yield step
                    self.sent += 1
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        finally:
            self.ended.set()

    def _note(self, context: Context) -> None:
        self.metadata.append({str(key): value for key, value in context.invocation_metadata() or ()})
        self.patience.append(context.time_remaining())

    async def ListModels(self, request: ListModelsRequest, context: Context) -> ListModelsResponse:
        """Lists the models, a page at a time."""
        self._note(context)
        if self.refusal is not None:
            await self.refusal.end(context)
        start = int(request.page_token or 0)
        end = start + self.page_size
        return ListModelsResponse(
            models=self.models[start:end], next_page_token=str(end) if end < len(self.models) else ""
        )

    async def GetModel(self, request: GetModelRequest, context: Context) -> GetModelResponse:
        """Finds a model."""
        self._note(context)
        for model in self.models:
            if model.name == request.name:
                return GetModelResponse(model=model)
        info = ErrorInfo(reason="MODEL_NOT_FOUND", domain="weir")
        await Fail(grpc.StatusCode.NOT_FOUND, (info,), f"no model {request.name}").end(context)
        return GetModelResponse()

    async def GetAccount(self, request: GetAccountRequest, context: Context) -> GetAccountResponse:
        """Describes the account."""
        del request
        self._note(context)
        return GetAccountResponse(account=self.account)


def packed(detail: Message) -> AnyMessage:
    """Packs a detail of a status."""
    holder = AnyMessage()
    holder.Pack(detail)
    return holder


def weir_error(
    reason: str, *, fields: Sequence[tuple[str, str]] = (), retry_after: float | None = None
) -> tuple[Message, ...]:
    """Makes the details that a core of ours sends."""
    details: list[Message] = [ErrorInfo(reason=reason, domain="weir")]
    if fields:
        violations = [BadRequest.FieldViolation(field=name, description=text) for name, text in fields]
        details.append(BadRequest(field_violations=violations))
    if retry_after is not None:
        retry = RetryInfo()
        retry.retry_delay.FromNanoseconds(int(retry_after * 1e9))
        details.append(retry)
    return tuple(details)


def summary(*providers: str, nano_usd: int | None = 1_500_000, model: str = "fast") -> CallSummary:
    """Makes the account of a call that `providers` tried to answer, the last one with success."""
    made = CallSummary(request_id="as-told", model=model)
    for number, provider in enumerate(providers or ("first",), start=1):
        made.attempts.append(Attempt(number=number, provider=provider))
    if nano_usd is not None:
        made.cost.nano_usd = nano_usd
        made.cost.priced = True
    made.usage.input = 11
    made.usage.output = 5
    made.duration.FromMilliseconds(20)
    made.provider_duration.FromMilliseconds(18)
    return made


def reply(text: str = "Hello", account: CallSummary | None = None) -> CreateChatCompletionResponse:
    """Makes a whole reply."""
    completion = ChatCompletion(id="chatcmpl-1", object="chat.completion", created=1700000000, model="fast-1")
    choice = completion.choices.add(index=0, finish_reason=FINISH_REASON_STOP)
    choice.message.role = ROLE_ASSISTANT
    choice.message.content = text
    completion.usage.prompt_tokens = 11
    completion.usage.completion_tokens = 5
    completion.usage.total_tokens = 16
    return CreateChatCompletionResponse(completion=completion, summary=account or summary())


def piece(text: str, *, last: bool = False) -> ChatCompletionChunk:
    """Makes one chunk."""
    made = ChatCompletionChunk(id="chatcmpl-1", object="chat.completion.chunk", created=1700000000, model="fast-1")
    choice = made.choices.add(index=0)
    choice.delta.content = text
    if last:
        choice.finish_reason = FINISH_REASON_STOP
    return made


def started(provider: str = "first", attempt: int = 1) -> StreamChatCompletionResponse:
    """Makes the event that comes first."""
    made = StreamChatCompletionResponse()
    made.started.model = "fast"
    made.started.provider = provider
    made.started.attempt = attempt
    return made


def chunks(*texts: str) -> StreamChatCompletionResponse:
    """Makes an event that carries one chunk for each text."""
    made = StreamChatCompletionResponse()
    made.chunks.chunks.extend(piece(text) for text in texts)
    return made


def restarted(reason: str = "UPSTREAM_ERROR", provider: str = "second") -> StreamChatCompletionResponse:
    """Makes the event after which everything begins anew."""
    made = StreamChatCompletionResponse()
    made.restarted.reason = reason
    made.restarted.started.CopyFrom(started(provider, 2).started)
    return made


def completed(account: CallSummary | None = None) -> StreamChatCompletionResponse:
    """Makes the event that proves success."""
    made = StreamChatCompletionResponse()
    made.completed.summary.CopyFrom(account or summary())
    return made


@asynccontextmanager
async def served_core(core: ScriptedCore) -> AsyncIterator[grpc.aio.Channel]:
    """Serves a core on a port of its own and gives a channel to it."""
    server = grpc.aio.server(options=[("grpc.so_reuseport", 0), ("grpc.http2.bdp_probe", 0)])
    add_ChatServiceServicer_to_server(core, server)
    add_ModelServiceServicer_to_server(core, server)
    add_AccountServiceServicer_to_server(core, server)
    health_pb2_grpc.add_HealthServicer_to_server(core.health, server)
    await core.health.set("", health_pb2.HealthCheckResponse.SERVING)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    options = [("grpc.use_local_subchannel_pool", 1), ("grpc.http2.bdp_probe", 0)]
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}", options=options) as channel:
            yield channel
    finally:
        await server.stop(None)
