"""Calls over gRPC that make no sense: each ends with the right status and details, never with a fault of ours."""

from collections.abc import Iterator

import grpc
import pytest

from tests.end_to_end.conftest import UNPROXIED
from tests.fakes.bare_rpc import CREATE, STREAM, USER, BareClient, Metadata
from tests.fakes.gateways import Gateway
from weir.v1.account_service_pb2 import GetAccountRequest
from weir.v1.chat_message_pb2 import ROLE_ASSISTANT, ROLE_TOOL, ROLE_USER, ChatMessage
from weir.v1.chat_options_pb2 import StreamOptions
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionRequest, StreamChatCompletionRequest
from weir.v1.model_service_pb2 import GetModelRequest, ListModelsRequest
from weir.v1.response_format_pb2 import ResponseFormat, ResponseFormatJsonSchema
from weir.v1.tool_pb2 import FunctionDefinition, Tool


@pytest.fixture
def bare(embedded: Gateway) -> Iterator[BareClient]:
    """Gives a client with a key that works."""
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as channel:
        yield BareClient(channel, (("authorization", f"Bearer {embedded.key}"),))


def asking(**fields: object) -> ChatRequest:
    """Makes a request that is fine but for the fields."""
    chat = ChatRequest(model="weir-demo", messages=[USER])
    for name, value in fields.items():
        setattr(chat, name, value)
    return chat


def with_message(*, role: int, **fields: str) -> ChatRequest:
    """Makes a request with one more message."""
    chat = ChatRequest(model="weir-demo", messages=[USER])
    message = chat.messages.add()
    for name, value in {"role": role, **fields}.items():
        setattr(message, name, value)
    return chat


def with_tool(parameters: str) -> ChatRequest:
    """Makes a request with a tool whose parameters are this text."""
    function = FunctionDefinition(name="f", parameters_json=parameters)
    return ChatRequest(model="weir-demo", messages=[USER], tools=[Tool(function=function)])


def with_schema(schema: str) -> ChatRequest:
    """Makes a request for a structured reply with this text as its schema."""
    wanted = ResponseFormat(json_schema=ResponseFormatJsonSchema(name="s", schema_json=schema))
    return ChatRequest(model="weir-demo", messages=[USER], response_format=wanted)


INVALID: list[tuple[ChatRequest, tuple[str, ...]]] = [
    (ChatRequest(), ("chat.model", "chat.messages")),
    (ChatRequest(model="weir-demo"), ("chat.messages",)),
    (ChatRequest(messages=[USER]), ("chat.model",)),
    (asking(model="m" * 257), ("chat.model",)),
    (asking(temperature=2.5), ("chat.temperature",)),
    (asking(temperature=float("nan")), ("chat.temperature",)),
    (asking(temperature=float("-inf")), ("chat.temperature",)),
    (asking(top_p=1.5), ("chat.top_p",)),
    (asking(n=0), ("chat.n",)),
    (asking(n=2**62), ("chat.n",)),
    (asking(max_tokens=-1), ("chat.max_tokens",)),
    (asking(max_completion_tokens=2**40), ("chat.max_completion_tokens",)),
    (asking(top_logprobs=21), ("chat.top_logprobs",)),
    (asking(n=0, temperature=9.0, top_p=9.0), ("chat.temperature", "chat.top_p", "chat.n")),
    (with_message(role=0, content="a"), ("chat.messages[1].role",)),
    (with_message(role=ROLE_TOOL, content="a"), ("chat.messages[1].tool_call_id",)),
    (with_message(role=77, content="a"), ("chat.messages[1].role",)),
    (asking(extra_json="{"), ("chat.extra",)),
    (asking(extra_json="[1]"), ("chat.extra",)),
    (asking(extra_json="7"), ("chat.extra",)),
    (asking(extra_json='{"a": NaN}'), ("chat.extra",)),
    (asking(extra_json="[" * 100_000), ("chat.extra",)),
    (with_message(role=ROLE_USER, content="a", extra_json="{"), ("chat.messages[1].extra",)),
    (with_tool("{"), ("chat.tools[0].function.parameters",)),
    (with_tool("not json"), ("chat.tools[0].function.parameters",)),
    (with_tool('{"a":' * 100_000), ("chat.tools[0].function.parameters",)),
    (with_schema("{"), ("chat.response_format.json_schema.schema",)),
]


@pytest.mark.parametrize(("chat", "fields"), INVALID, ids=lambda value: repr(value)[-60:])
def test_a_field_that_is_wrong_is_named(bare: BareClient, chat: ChatRequest, fields: tuple[str, ...]) -> None:
    whole = CreateChatCompletionRequest(chat=chat).SerializeToString()
    streamed = StreamChatCompletionRequest(chat=chat).SerializeToString()
    for failure in (bare.fails(CREATE, whole), bare.fails(STREAM, streamed)):
        assert failure.code is grpc.StatusCode.INVALID_ARGUMENT, failure
        assert (failure.reason, failure.domain) == ("INVALID_REQUEST", "weir")
        assert tuple(field.removesuffix("_json") for field in failure.fields) == fields
    assert bare.answers()


@pytest.mark.parametrize("method", [CREATE, STREAM])
def test_an_empty_request_names_the_chat_that_is_missing(bare: BareClient, method: str) -> None:
    failure = bare.fails(method, b"")
    assert (failure.code, failure.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST")
    assert failure.fields == ("chat",)


def test_stream_options_are_for_streams(bare: BareClient) -> None:
    chat = ChatRequest(model="weir-demo", messages=[USER], stream_options=StreamOptions(include_usage=True))
    failure = bare.fails(CREATE, CreateChatCompletionRequest(chat=chat).SerializeToString())
    assert failure.fields == ("chat.stream_options",)


@pytest.mark.parametrize("method", ["/weir.v1.ChatService/Nothing", "/weir.v1.Nobody/Calls", "/", "/a/b/c"])
def test_a_method_that_nobody_knows_is_unimplemented(bare: BareClient, method: str) -> None:
    assert bare.fails(method, b"").code is grpc.StatusCode.UNIMPLEMENTED


KEYS: list[tuple[Metadata, grpc.StatusCode, str]] = [
    ((), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("authorization", "Bearer wrong"),), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("authorization", "Bearer"),), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("authorization", "Basic KEY"),), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("authorization", "KEY"),), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("x-api-key", "k" * 5000),), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("authorization-bin", b"Bearer KEY"),), grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID"),
    ((("authorization", "Bearer KEY"), ("x-api-key", "other")), grpc.StatusCode.INVALID_ARGUMENT, "INVALID_REQUEST"),
]
METHODS = {
    CREATE: CreateChatCompletionRequest(chat=ChatRequest(model="weir-demo", messages=[USER])),
    STREAM: StreamChatCompletionRequest(chat=ChatRequest(model="weir-demo", messages=[USER])),
    "/weir.v1.ModelService/ListModels": ListModelsRequest(),
    "/weir.v1.ModelService/GetModel": GetModelRequest(name="weir-demo"),
    "/weir.v1.AccountService/GetAccount": GetAccountRequest(),
}


@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize(("metadata", "code", "reason"), KEYS, ids=lambda value: repr(value)[:50])
def test_keys(
    embedded: Gateway, bare: BareClient, method: str, metadata: Metadata, code: grpc.StatusCode, reason: str
) -> None:
    filled = tuple(
        (name, value.replace("KEY", embedded.key) if isinstance(value, str) else value) for name, value in metadata
    )
    failure = bare.fails(method, METHODS[method].SerializeToString(), filled)
    assert (failure.code, failure.reason, failure.domain) == (code, reason, "weir")
    assert embedded.key not in failure.message


def test_names_and_pages_of_models_are_checked(bare: BareClient) -> None:
    listing, getting = "/weir.v1.ModelService/ListModels", "/weir.v1.ModelService/GetModel"
    assert bare.fails(listing, ListModelsRequest(page_size=-1).SerializeToString()).fields == ("page_size",)
    assert bare.fails(listing, ListModelsRequest(page_token="@").SerializeToString()).fields == ("page_token",)
    assert bare.fails(getting, GetModelRequest().SerializeToString()).fields == ("name",)
    failure = bare.fails(getting, GetModelRequest(name="nobody").SerializeToString())
    assert (failure.code, failure.resource) == (grpc.StatusCode.NOT_FOUND, "nobody")


def test_too_much_metadata_is_refused(bare: BareClient) -> None:
    padding = tuple((f"x-padding-{number}", "a" * 1000) for number in range(40))
    failure = bare.fails(CREATE, b"", padding)
    assert failure.code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert bare.answers()


def test_arguments_of_tools_that_are_no_json_pass(bare: BareClient) -> None:
    chat = ChatRequest(model="weir-demo", messages=[USER, ChatMessage(role=ROLE_ASSISTANT)])
    call = chat.messages[1].tool_calls.add(id="c1")
    call.function.name, call.function.arguments = "f", "{not json"
    chat.messages.add(role=ROLE_TOOL, tool_call_id="c1", content="done")
    assert bare.answers(chat)
