"""Every field of a request, every message and every part finds its place, and its way back."""

import msgspec
import pytest
from google.protobuf.message import Message

from openai_json.codec import OpenAiJson
from weir.v1.chat_message_pb2 import ROLE_ASSISTANT, ROLE_DEVELOPER, ROLE_FUNCTION, ROLE_SYSTEM, ROLE_TOOL, ROLE_USER
from weir.v1.chat_request_pb2 import ChatRequest

CODEC = OpenAiJson()

FIELD_ROWS = [
    ("temperature", "0.7", "temperature"),
    ("temperature", "1", "temperature"),
    ("top_p", "0", "top_p"),
    ("n", "0", "n"),
    ("stop", '"\\n"', "stop"),
    ("stop", '["a","b"]', "stop_list"),
    ("stop", "[]", "stop_list"),
    ("max_completion_tokens", "256", "max_completion_tokens"),
    ("max_tokens", "256", "max_tokens"),
    ("frequency_penalty", "-2", "frequency_penalty"),
    ("presence_penalty", "1.5", "presence_penalty"),
    ("logit_bias", '{"50256":-100,"7":0}', "logit_bias"),
    ("logprobs", "false", "logprobs"),
    ("top_logprobs", "20", "top_logprobs"),
    ("seed", "9223372036854775807", "seed"),
    ("seed", "-9223372036854775808", "seed"),
    ("stream_options", '{"include_usage":true,"include_obfuscation":false}', "stream_options"),
    ("stream_options", '{"include_usage":true,"continuous_usage_stats":true}', "stream_options"),
    ("stream_options", "{}", "stream_options"),
    ("response_format", '{"type":"text"}', "response_format"),
    ("response_format", '{"type":"json_object"}', "response_format"),
    (
        "response_format",
        '{"type":"json_schema","json_schema":{"name":"s","description":"d","schema":{"b":1,"a":2},"strict":true}}',
        "response_format",
    ),
    ("response_format", '{"type":"grammar","grammar":"root ::= x"}', "response_format"),
    ("tools", '[{"type":"function","function":{"name":"f","description":"d","strict":null}}]', "tools"),
    ("tools", '[{"type":"function","function":{"name":"f","parameters":{}},"cache_control":{"type":"e"}}]', "tools"),
    ("tools", '[{"type":"custom","custom":{"name":"c","format":{"type":"text"}}}]', "tools"),
    ("tools", '[{"type":"web_search","filters":{"domains":[]}}]', "tools"),
    ("tool_choice", '"required"', "tool_choice"),
    ("tool_choice", '{"type":"function","function":{"name":"f"}}', "tool_choice_object"),
    ("tool_choice", '{"type":"custom","custom":{"name":"c"}}', "tool_choice_object"),
    (
        "tool_choice",
        '{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function"}]}}',
        "tool_choice_object",
    ),
    ("parallel_tool_calls", "true", "parallel_tool_calls"),
    ("functions", '[{"name":"f","parameters":{"type":"object"}}]', "functions"),
    ("function_call", '"none"', "function_call"),
    ("function_call", '{"name":"f"}', "function_call_object"),
    ("reasoning_effort", '"minimal"', "reasoning_effort"),
    ("verbosity", '""', "verbosity"),
    ("modalities", '["text","audio"]', "modalities"),
    ("audio", '{"voice":"alloy","format":"wav"}', "audio"),
    ("audio", '{"voice":{"id":"v"},"format":"wav"}', "audio"),
    ("prediction", '{"type":"content","content":"x"}', "prediction"),
    ("prediction", '{"type":"content","content":[{"type":"text","text":"x"}]}', "prediction"),
    ("store", "true", "store"),
    ("metadata", '{"a":"b","c":""}', "metadata"),
    ("service_tier", '"flex"', "service_tier"),
    ("user", '"u"', "user"),
    ("safety_identifier", '"s"', "safety_identifier"),
    ("prompt_cache_key", '"k"', "prompt_cache_key"),
    ("prompt_cache_options", '{"mode":"explicit","ttl":"30m"}', "prompt_cache_options"),
    ("prompt_cache_retention", '"24h"', "prompt_cache_retention"),
    (
        "web_search_options",
        '{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"country":"FR"}}}',
        "web_search_options",
    ),
    ("moderation", '{"model":"m","policy":{"a":[1]}}', "moderation"),
]

EXTRA_ROWS = [
    ("temperature", "null"),
    ("stop", "null"),
    ("tools", "null"),
    ("tools", "[]"),
    ("functions", "[]"),
    ("modalities", "[]"),
    ("metadata", "{}"),
    ("logit_bias", "{}"),
    ("top_k", "40"),
    ("stream", "true"),
    ("structured_outputs", '{"regex":"a+","nested":[null,1.5]}'),
    ("chat_template_kwargs", '{"enable_thinking":false}'),
    ("extra_json", '"{}"'),
    ("stop_list", '{"values":["a"]}'),
    ("a number of many digits", "123456789012345678901234567890"),
]

MESSAGE_ROWS = [
    ('{"role":"developer","content":"Be brief."}', ROLE_DEVELOPER),
    ('{"role":"system","content":[{"type":"text","text":"Be brief."}],"name":"n"}', ROLE_SYSTEM),
    ('{"role":"user","content":""}', ROLE_USER),
    ('{"role":"user","content":[]}', ROLE_USER),
    ('{"role":"user"}', ROLE_USER),
    ('{"role":"assistant","content":null,"refusal":null,"annotations":[],"audio":{"id":"a"}}', ROLE_ASSISTANT),
    ('{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}', ROLE_ASSISTANT),
    (
        (
            '{"role":"assistant","tool_calls":['
            '{"id":"c","type":"function","function":{"name":"f","arguments":"{not json"}},'
            '{"id":"d","type":"custom","custom":{"name":"f","input":"x"}}]}'
        ),
        ROLE_ASSISTANT,
    ),
    ('{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}}', ROLE_ASSISTANT),
    ('{"role":"assistant","content":"x","reasoning_content":"because","reasoning":"so"}', ROLE_ASSISTANT),
    ('{"role":"assistant","content":"x","reasoning_details":[{"type":"reasoning.text","text":"t"}]}', ROLE_ASSISTANT),
    ('{"role":"tool","tool_call_id":"c","content":"42"}', ROLE_TOOL),
    ('{"role":"function","name":"f","content":null}', ROLE_FUNCTION),
]

PART_ROWS = [
    ('{"type":"text","text":"hi"}', "text"),
    ('{"text":"","type":"text"}', "text"),
    ('{"type":"text","text":"hi","prompt_cache_breakpoint":{"mode":"explicit"}}', "text"),
    ('{"type":"text","text":"hi","image_url":{"url":"u"},"cache_control":{"type":"ephemeral"}}', "text"),
    ('{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}}', "image_url"),
    ('{"type":"input_audio","input_audio":{"data":"AA==","format":"mp3"}}', "input_audio"),
    ('{"type":"file","file":{"file_id":"f"}}', "file"),
    ('{"type":"file","file":{"filename":"f.pdf","file_data":"data:;base64,AA=="}}', "file"),
    ('{"type":"refusal","refusal":"No."}', "refusal"),
    ('{"type":"video_url","video_url":{"url":"u"},"prompt_cache_breakpoint":{"mode":"explicit"}}', None),
    ('{"type":"text","text":null}', None),
    ('{"type":"image_url","uuid":"seen before"}', None),
]


def decode(text: str) -> object:
    return msgspec.json.decode(text)


def request(**fields: object) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": "hi"}]} | fields


def set_fields(message: Message) -> set[str]:
    return {field.name for field, _ in message.ListFields()}


def there_and_back(data: dict[str, object]) -> ChatRequest:
    """The request as the other end of a channel has it; it is checked that its JSON is the same."""
    read = ChatRequest.FromString(CODEC.read_request(data).SerializeToString())
    assert CODEC.write_request(read) == data
    return read


def test_the_rows_name_every_field_of_a_request() -> None:
    rows = {field for _, _, field in FIELD_ROWS}
    assert rows | {"model", "messages", "extra_json"} == set(ChatRequest.DESCRIPTOR.fields_by_name.keys())


@pytest.mark.parametrize(("key", "text", "field"), FIELD_ROWS)
def test_a_known_field_has_a_typed_place(key: str, text: str, field: str) -> None:
    read = there_and_back(request(**{key: decode(text)}))
    assert set_fields(read) == {"model", "messages", field}


@pytest.mark.parametrize(("key", "text"), EXTRA_ROWS)
def test_null_what_is_empty_and_what_is_unknown_is_kept_as_text(key: str, text: str) -> None:
    read = there_and_back(request(**{key: decode(text)}))
    assert set_fields(read) == {"model", "messages", "extra_json"}
    assert decode(read.extra_json) == {key: decode(text)}


@pytest.mark.parametrize(("text", "role"), MESSAGE_ROWS)
def test_every_message_comes_out_as_it_went_in(text: str, role: int) -> None:
    read = there_and_back(request(messages=[decode(text)]))
    assert read.messages[0].role == role


@pytest.mark.parametrize(("text", "kind"), PART_ROWS)
def test_every_part_comes_out_as_it_went_in(text: str, kind: str | None) -> None:
    read = there_and_back(request(messages=[{"role": "user", "content": [decode(text)]}]))
    part = read.messages[0].content_parts.parts[0]
    assert part.WhichOneof("kind") == kind
    if kind is None:
        assert set_fields(part) == {"extra_json"}
        assert decode(part.extra_json) == decode(text)


def test_the_values_of_typed_fields_are_those_of_the_json() -> None:
    read = there_and_back(
        request(
            temperature=1,
            seed=2**62 + 1,
            stop=["a"],
            logit_bias={"5": -1},
            metadata={"k": "v"},
            audio={"voice": {"id": "v"}},
            response_format={"type": "json_object"},
        )
    )
    assert (read.temperature, read.seed, list(read.stop_list.values)) == (1.0, 2**62 + 1, ["a"])
    assert (dict(read.logit_bias), dict(read.metadata)) == ({"5": -1}, {"k": "v"})
    assert read.audio.voice_object.id == "v"
    assert read.response_format.WhichOneof("kind") == "json_object"


def test_a_schema_keeps_the_order_of_its_keys_and_all_digits_of_its_integers() -> None:
    schema = '{"z":1,"a":{"y":[],"b":null},"maximum":123456789012345678901234567890,"e":1.0}'
    tools = [{"type": "function", "function": {"name": "f", "parameters": decode(schema)}}]
    read = there_and_back(request(tools=tools))
    assert read.tools[0].function.parameters_json == schema
    assert msgspec.json.encode(CODEC.write_request(read)["tools"]).decode().count(schema) == 1


def test_a_payload_beside_a_bare_kind_is_kept_as_unknown() -> None:
    read = there_and_back(request(response_format={"type": "text", "text": {}}))
    assert read.response_format.WhichOneof("kind") == "text"
    assert read.response_format.extra_json == '{"text":{}}'


def test_a_field_that_is_set_later_wins_over_the_null_that_was_kept() -> None:
    read = CODEC.read_request(request(stream_options=None, user=None))
    read.stream_options.include_usage = True
    written = CODEC.write_request(read)
    assert (written["stream_options"], written["user"]) == ({"include_usage": True}, None)
