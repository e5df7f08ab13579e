"""A provider's reply of the wrong shape is kept, not refused; a message with text that is no JSON is not written."""

import msgspec
import pytest

from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import ChatCompletion
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.tool_pb2 import FunctionDefinition, Tool

CODEC = OpenAiJson()

CHUNK_ROWS = [
    '{"id":7,"choices":[]}',
    '{"created":1.5,"choices":[]}',
    '{"created":9223372036854775808,"choices":[]}',
    '{"model":{},"choices":[]}',
    '{"choices":null}',
    '{"choices":{}}',
    '{"choices":[1,2]}',
    '{"usage":[],"choices":[]}',
    '{"choices":[],"error":{"code":502,"message":"upstream broke"}}',
]

CHOICE_ROWS = [
    '{"index":"0","finish_reason":null}',
    '{"index":true,"finish_reason":null}',
    '{"finish_reason":"error"}',
    '{"finish_reason":"unspecified"}',
    '{"finish_reason":3}',
    '{"delta":null,"finish_reason":null}',
    '{"delta":"x","finish_reason":null}',
    '{"logprobs":{"content":[7]},"finish_reason":null}',
]

DELTA_ROWS = [
    '{"role":"bot"}',
    '{"role":null}',
    '{"content":["x"]}',
    '{"tool_calls":[]}',
    '{"tool_calls":[null]}',
    '{"tool_calls":{"index":0}}',
]

MESSAGE_ROWS = [
    '{"content":3}',
    '{"content":[3]}',
    '{"tool_calls":[{"id":"c","function":{"name":"f","arguments":"{}"}}]}',
    '{"annotations":[{"type":"file","file_id":"f"}]}',
]


def decode(text: str) -> dict[str, object]:
    return msgspec.json.decode(text, type=dict[str, object])


@pytest.mark.parametrize("text", CHUNK_ROWS)
def test_a_misfit_of_a_chunk_is_kept(text: str) -> None:
    read = CODEC.read_chunk(decode(text))
    assert [field.name for field, _ in read.ListFields()] == ["extra_json"]
    assert CODEC.write_chunk(read) == decode(text)


@pytest.mark.parametrize("text", CHOICE_ROWS)
def test_a_misfit_of_a_choice_is_kept_there(text: str) -> None:
    data = {"id": "x", "choices": [decode(text)]}
    read = CODEC.read_chunk(data)
    assert (read.id, len(read.choices), read.extra_json) == ("x", 1, "")
    assert CODEC.write_chunk(read) == data


@pytest.mark.parametrize("text", DELTA_ROWS)
def test_a_misfit_of_a_delta_is_kept_there(text: str) -> None:
    data = {"choices": [{"delta": decode(text), "finish_reason": "stop"}]}
    read = CODEC.read_chunk(data)
    assert decode(read.choices[0].delta.extra_json) == decode(text)
    assert CODEC.write_chunk(read) == data


@pytest.mark.parametrize("text", MESSAGE_ROWS)
def test_a_misfit_of_a_reply_message_is_kept(text: str) -> None:
    data = {"choices": [{"message": {"role": "assistant", **decode(text)}, "finish_reason": "stop"}]}
    assert CODEC.write_completion(CODEC.read_completion(data)) == data


def test_an_unknown_reason_stands_over_the_null_that_is_written_else() -> None:
    read = CODEC.read_completion({"choices": [{"finish_reason": "eos"}]})
    assert read.choices[0].finish_reason == 0
    assert CODEC.write_completion(read) == {"choices": [{"finish_reason": "eos"}]}


def test_log_probabilities_within_each_other_are_read_to_a_bounded_depth() -> None:
    token: dict[str, object] = {"token": "t"}
    for _ in range(150):
        token = {"token": "t", "top_logprobs": [token]}
    data = {"choices": [{"finish_reason": "stop", "logprobs": {"content": [token]}}]}
    read = ChatCompletion.FromString(CODEC.read_completion(data).SerializeToString())
    inner = read.choices[0].logprobs.content[0].top_logprobs[0]
    assert (inner.token, len(inner.top_logprobs)) == ("t", 0)
    assert CODEC.write_completion(read) == data


@pytest.mark.parametrize("data", [[], None, 1, "x", [{}]])
def test_a_reply_that_is_no_object_is_refused(data: object) -> None:
    for read in (CODEC.read_chunk, CODEC.read_completion):
        with pytest.raises(FieldProblem) as caught:
            read(data)
        assert (caught.value.path, caught.value.code) == ("", "invalid_type")


def test_a_reply_that_nests_without_end_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    for data in ({"vendor": nested}, {"vendor": nested, "id": "\ud800"}):
        with pytest.raises(FieldProblem) as caught:
            CODEC.read_chunk(data)
        assert caught.value.code == "invalid_value"


def test_surrogates_of_a_reply_are_joined_or_replaced() -> None:
    data = {"id": "\ud83d\ude00", "vendor": [{"\udc00": 1}, "x\ud800y"], "choices": []}
    read = CODEC.read_chunk(data)
    assert CODEC.write_chunk(read) == {"id": "😀", "vendor": [{"\ufffd": 1}, "x\ufffdy"], "choices": []}


@pytest.mark.parametrize("text", ["not json", "[1]", "", '{"a":', "[" * 5000])
def test_a_schema_that_is_no_json_is_refused_by_name(text: str) -> None:
    tool = Tool(function=FunctionDefinition(name="f", parameters_json=text))
    if text == "[1]":
        assert CODEC.write_request(ChatRequest(tools=[tool])) == {
            "tools": [{"type": "function", "function": {"name": "f", "parameters": [1]}}]
        }
        return
    with pytest.raises(FieldProblem) as caught:
        CODEC.write_request(ChatRequest(tools=[Tool(function=FunctionDefinition()), tool]))
    assert caught.value.path == "tools[1].function.parameters"
    assert (caught.value.message, caught.value.code) == ("expected JSON text", "invalid_value")


@pytest.mark.parametrize(("text", "code"), [("not json", "invalid_value"), ("[1]", "invalid_type")])
def test_extra_fields_that_are_no_object_are_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(FieldProblem) as caught:
        CODEC.write_chunk(ChatCompletionChunk(extra_json=text))
    assert (caught.value.path, caught.value.code) == ("extra_json", code)
