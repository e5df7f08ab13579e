"""One small service on one end of a channel, its four stubs on the other, over any kind of channel."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

import grpc

from gateway_core.inprocess.server import InProcessServer
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import StreamChatCompletionRequest, StreamChatCompletionResponse, StreamStarted
from weir.v1.model_service_pb2 import GetModelRequest, GetModelResponse, Model

Kind: TypeAlias = Literal["inprocess", "tcp", "unix"]
KINDS: tuple[Kind, ...] = ("inprocess", "tcp", "unix")

Context: TypeAlias = Any
"""The context of a handler. The stubs of the library know no callable that its `add_done_callback` takes."""

Behaviour: TypeAlias = Callable[[Any, Context], Any]

SERVICE = "weir.test.LinkService"


def ask(name: str = "fast") -> GetModelRequest:
    """Makes a request."""
    return GetModelRequest(name=name)


def answer(name: str = "fast") -> GetModelResponse:
    """Makes a reply."""
    return GetModelResponse(model=Model(name=name))


def chat(model: str = "fast") -> StreamChatCompletionRequest:
    """Makes a request for a stream."""
    return StreamChatCompletionRequest(chat=ChatRequest(model=model))


def event(request_id: str) -> StreamChatCompletionResponse:
    """Makes one reply of a stream."""
    return StreamChatCompletionResponse(started=StreamStarted(request_id=request_id))


async def get_model(request: GetModelRequest, _context: Context) -> GetModelResponse:
    """Answers with the name it is asked for."""
    return answer(request.name)


async def stream_chat(_request: StreamChatCompletionRequest, _context: Context) -> AsyncIterator[object]:
    """Answers with three events."""
    for number in range(3):
        yield event(str(number))


async def collect(requests: AsyncIterator[GetModelRequest], _context: Context) -> GetModelResponse:
    """Answers with all the names it was given."""
    return answer(",".join([request.name async for request in requests]))


async def talk(requests: AsyncIterator[GetModelRequest], _context: Context) -> AsyncIterator[GetModelResponse]:
    """Answers each request."""
    async for request in requests:
        yield answer(request.name)


@dataclass(frozen=True, slots=True)
class Service:
    """What the four methods do."""

    get_model: Behaviour = get_model
    stream_chat: Behaviour = stream_chat
    collect: Behaviour = collect
    talk: Behaviour = talk

    def handlers(self) -> dict[str, Any]:
        """Gives the methods by name, with the serializers of real messages."""
        ask_bytes, answer_bytes = GetModelRequest.FromString, GetModelResponse.SerializeToString
        return {
            "GetModel": grpc.unary_unary_rpc_method_handler(self.get_model, ask_bytes, answer_bytes),
            "StreamChat": grpc.unary_stream_rpc_method_handler(
                self.stream_chat,
                StreamChatCompletionRequest.FromString,
                StreamChatCompletionResponse.SerializeToString,
            ),
            "Collect": grpc.stream_unary_rpc_method_handler(self.collect, ask_bytes, answer_bytes),
            "Talk": grpc.stream_stream_rpc_method_handler(self.talk, ask_bytes, answer_bytes),
        }


class Link:
    """The callers' end: a channel, its stubs (untyped, because tests misuse them), and the server, to stop it."""

    def __init__(self, channel: grpc.aio.Channel, server: grpc.aio.Server) -> None:
        self.channel = channel
        self.server = server
        ask_bytes, answer_bytes = GetModelRequest.SerializeToString, GetModelResponse.FromString
        self.get_model: Any = channel.unary_unary(f"/{SERVICE}/GetModel", ask_bytes, answer_bytes)
        self.stream_chat: Any = channel.unary_stream(
            f"/{SERVICE}/StreamChat",
            StreamChatCompletionRequest.SerializeToString,
            StreamChatCompletionResponse.FromString,
        )
        self.collect: Any = channel.stream_unary(f"/{SERVICE}/Collect", ask_bytes, answer_bytes)
        self.talk: Any = channel.stream_stream(f"/{SERVICE}/Talk", ask_bytes, answer_bytes)


@dataclass(slots=True)
class Stalled:
    """Waits for ever inside a handler, and tells when it began and that it was cancelled."""

    entered: asyncio.Event = field(default_factory=asyncio.Event)
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Waits until cancelled."""
        self.entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise

    async def get_model(self, _request: object, _context: Context) -> None:
        """Answers never."""
        await self.wait()

    async def stream_chat(self, _request: object, _context: Context) -> AsyncIterator[object]:
        """Answers twice and then never again."""
        yield event("0")
        yield event("1")
        await self.wait()


async def happens(what: asyncio.Event, limit: float = 5.0) -> None:
    """Waits for an event with a limit."""
    async with asyncio.timeout(limit):
        await what.wait()


def names(events: Iterable[StreamChatCompletionResponse]) -> list[str]:
    """Tells streamed replies apart."""
    return [item.started.request_id for item in events]


async def read_into(got: list[StreamChatCompletionResponse], call: Any) -> None:  # noqa: ANN401 # tests misuse calls
    """Keeps what a stream brings until it fails."""
    async for item in call:
        got.append(item)  # noqa: PERF401 # what came before a failure counts


@asynccontextmanager
async def linked(
    kind: Kind,
    service: Service | None = None,
    *,
    interceptors: Sequence[grpc.aio.ServerInterceptor] = (),
    maximum: int | None = None,
) -> AsyncIterator[Link]:
    """Serves the service and dials it."""
    generic = grpc.method_handlers_generic_handler(SERVICE, (service or Service()).handlers())
    async with AsyncExitStack() as stack:
        if kind == "inprocess":
            inside = InProcessServer(interceptors, maximum_message_bytes=maximum)
            inside.add_generic_rpc_handlers((generic,))
            stack.push_async_callback(inside.stop, None)
            yield Link(await stack.enter_async_context(inside.channel()), inside)
            return
        options = [("grpc.max_receive_message_length", -1 if maximum is None else maximum)]
        server = grpc.aio.server(interceptors=interceptors, options=options)
        server.add_generic_rpc_handlers((generic,))
        if kind == "tcp":
            target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        else:
            target = f"unix:{Path(stack.enter_context(TemporaryDirectory())) / 'socket'}"
            server.add_insecure_port(target)
        await server.start()
        stack.push_async_callback(server.stop, None)
        yield Link(await stack.enter_async_context(grpc.aio.insecure_channel(target, options=options)), server)
