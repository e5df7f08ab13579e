"""What an OpenAI server is sent."""

import pytest
from msgspec.json import decode

from gateway_core.errors import InvalidRequest
from gateway_core.providers.openai.dialect import OpenAiDialect
from openai_json.codec import OpenAiJson
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_options_pb2 import StreamOptions
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.tool_pb2 import FunctionDefinition, Tool


def asked(**fields: object) -> ChatRequest:
    return OpenAiJson().read_request({"model": "fast", "messages": [{"role": "user", "content": "Hi"}], **fields})


def written(request: ChatRequest, *, stream: bool) -> dict[str, object]:
    before = request.SerializeToString(deterministic=True)
    sent = OpenAiDialect(OpenAiJson()).write_request(request, "gpt-4o-mini", stream=stream)
    assert request.SerializeToString(deterministic=True) == before
    assert sent.path == "/chat/completions"
    data = decode(sent.body)
    assert isinstance(data, dict)
    return data


def test_the_providers_model_takes_the_place_of_the_callers() -> None:
    assert written(asked(temperature=0), stream=False) == {
        "model": "gpt-4o-mini",
        "messages": [{"role": "user", "content": "Hi"}],
        "temperature": 0,
    }


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        (None, {"include_usage": True}),
        ({"include_usage": False}, {"include_usage": True}),
        ({"include_usage": True}, {"include_usage": True}),
        (
            {"include_obfuscation": False, "continuous_usage_stats": True},
            {"include_obfuscation": False, "continuous_usage_stats": True, "include_usage": True},
        ),
    ],
)
def test_a_stream_always_asks_for_usage(options: dict[str, object] | None, sent: dict[str, object]) -> None:
    data = written(asked(stream_options=options), stream=True)
    assert data["stream"] is True
    assert data["stream_options"] == sent


def test_stream_options_that_are_no_object_are_replaced() -> None:
    request = asked()
    request.extra_json = '{"stream_options":null,"stream":false}'
    data = written(request, stream=True)
    assert (data["stream"], data["stream_options"]) == (True, {"include_usage": True})


def test_a_call_that_is_no_stream_says_nothing_of_streams() -> None:
    request = asked()
    request.stream_options.CopyFrom(StreamOptions(include_usage=True))
    request.extra_json = '{"stream":true,"top_k":3}'
    data = written(request, stream=False)
    assert data.keys() == {"model", "messages", "top_k"}


@pytest.mark.parametrize("value", [10**30, -(10**30), [10**20]])
def test_integers_of_any_size_are_sent(value: object) -> None:
    assert written(asked(vendor_number=value), stream=False)["vendor_number"] == value


def test_json_text_that_is_none_is_refused_with_its_field() -> None:
    request = ChatRequest(model="fast", messages=[ChatMessage(role=ROLE_USER, content="Hi")])
    request.tools.append(Tool(function=FunctionDefinition(name="f", parameters_json="{")))
    with pytest.raises(InvalidRequest) as caught:
        written(request, stream=False)
    assert caught.value.violations[0].field == "chat.tools[0].function.parameters"


def test_the_credential_travels_as_a_bearer_token() -> None:
    headers = OpenAiDialect(OpenAiJson()).headers("sk-test")
    assert headers == {"Authorization": "Bearer sk-test", "Content-Type": "application/json"}


def test_a_server_without_keys_is_sent_none() -> None:
    assert OpenAiDialect(OpenAiJson()).headers("") == {"Content-Type": "application/json"}
