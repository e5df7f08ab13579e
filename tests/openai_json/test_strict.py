"""A request of the wrong shape is refused by the name of the field, in a plain sentence."""

import msgspec
import pytest

from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem

CODEC = OpenAiJson()

TYPE = "invalid_type"
VALUE = "invalid_value"
MISSING = "missing_required_parameter"

TOP_ROWS = [
    ("[]", "", TYPE, "expected an object, got an array"),
    ("null", "", TYPE, "expected an object, got null"),
    ("{}", "model", MISSING, "this field is required"),
    ('{"model":"m"}', "messages", MISSING, "this field is required"),
    ('{"model":null,"messages":[]}', "model", TYPE, "expected a string, got null"),
    ('{"model":"","messages":[{"role":"user"}]}', "model", VALUE, "expected a string that is not empty"),
    ('{"model":7,"messages":[]}', "model", TYPE, "expected a string, got a number"),
    ('{"model":"m","messages":[]}', "messages", VALUE, "expected an array that is not empty"),
    ('{"model":"m","messages":null}', "messages", TYPE, "expected an array, got null"),
    ('{"model":"m","messages":{}}', "messages", TYPE, "expected an array, got an object"),
]

FIELD_ROWS = [
    ("temperature", '"hot"', "temperature", TYPE, "expected a number, got a string"),
    ("temperature", "true", "temperature", TYPE, "expected a number, got a boolean"),
    ("temperature", "9007199254740993", "temperature", VALUE, "expected a number that a double can hold"),
    ("temperature", "1" + "0" * 400, "temperature", VALUE, "expected a number that a double can hold"),
    ("max_tokens", "1.5", "max_tokens", TYPE, "expected an integer, got a decimal number"),
    ("max_tokens", "true", "max_tokens", TYPE, "expected an integer, got a boolean"),
    ("max_tokens", "9223372036854775808", "max_tokens", VALUE, "expected an integer of at most 64 bits"),
    ("seed", "-9223372036854775809", "seed", VALUE, "expected an integer of at most 64 bits"),
    ("store", "1", "store", TYPE, "expected a boolean, got a number"),
    ("user", "{}", "user", TYPE, "expected a string, got an object"),
    ("stop", "1", "stop", TYPE, "expected a string or an array, got a number"),
    ("stop", '["a",null]', "stop[1]", TYPE, "expected a string, got null"),
    ("modalities", '["text",3]', "modalities[1]", TYPE, "expected a string, got a number"),
    ("logit_bias", '{"5":"x"}', "logit_bias.5", TYPE, "expected an integer, got a string"),
    ("metadata", '{"k":1}', "metadata.k", TYPE, "expected a string, got a number"),
    ("stream_options", "true", "stream_options", TYPE, "expected an object, got a boolean"),
    (
        "stream_options",
        '{"include_usage":"y"}',
        "stream_options.include_usage",
        TYPE,
        "expected a boolean, got a string",
    ),
    ("response_format", '"json"', "response_format", TYPE, "expected an object, got a string"),
    ("response_format", '{"type":1}', "response_format.type", TYPE, "expected a string, got a number"),
    (
        "response_format",
        '{"type":"json_schema","json_schema":[]}',
        "response_format.json_schema",
        TYPE,
        "expected an object, got an array",
    ),
    ("tools", '["f"]', "tools[0]", TYPE, "expected an object, got a string"),
    ("tools", '[{"name":"f"}]', "tools[0].type", MISSING, "this field is required"),
    ("tools", '[{"type":null}]', "tools[0].type", TYPE, "expected a string, got null"),
    (
        "tools",
        '[{"type":"function","function":{"name":1}}]',
        "tools[0].function.name",
        TYPE,
        "expected a string, got a number",
    ),
    ("tool_choice", "1", "tool_choice", TYPE, "expected a string or an object, got a number"),
    ("audio", '{"voice":[]}', "audio.voice", TYPE, "expected a string or an object, got an array"),
]

MESSAGE_ROWS = [
    ('"hi"', "", TYPE, "expected an object, got a string"),
    ("null", "", TYPE, "expected an object, got null"),
    ("{}", ".role", MISSING, "this field is required"),
    ('{"role":null}', ".role", TYPE, "expected a string, got null"),
    ('{"role":"unspecified"}', ".role", VALUE, None),
    ('{"role":"user","content":5}', ".content", TYPE, "expected a string or an array, got a number"),
    ('{"role":"user","content":["x"]}', ".content[0]", TYPE, "expected an object, got a string"),
    ('{"role":"user","content":[{"text":"x"}]}', ".content[0].type", MISSING, "this field is required"),
    ('{"role":"user","content":[{"type":[]}]}', ".content[0].type", TYPE, "expected a string, got an array"),
    ('{"role":"user","content":[{"type":"text","text":1}]}', ".content[0].text", TYPE, None),
    (
        '{"role":"user","content":[{"type":"image_url","image_url":{"url":1}}]}',
        ".content[0].image_url.url",
        TYPE,
        "expected a string, got a number",
    ),
    ('{"role":"assistant","tool_calls":[{"function":{}},3]}', ".tool_calls[1]", TYPE, None),
    (
        '{"role":"assistant","tool_calls":[{"type":"function","function":{"arguments":{}}}]}',
        ".tool_calls[0].function.arguments",
        TYPE,
        "expected a string, got an object",
    ),
]


def refused(data: object) -> FieldProblem:
    with pytest.raises(FieldProblem) as caught:
        CODEC.read_request(data)
    return caught.value


def request(**fields: object) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": "hi"}]} | fields


@pytest.mark.parametrize(("text", "path", "code", "message"), TOP_ROWS)
def test_a_request_without_its_essentials_is_refused(text: str, path: str, code: str, message: str) -> None:
    problem = refused(msgspec.json.decode(text))
    assert (problem.path, problem.code, problem.message) == (path, code, message)


@pytest.mark.parametrize(("key", "text", "path", "code", "message"), FIELD_ROWS)
def test_a_field_of_the_wrong_shape_is_refused(key: str, text: str, path: str, code: str, message: str) -> None:
    problem = refused(request(**{key: msgspec.json.decode(text)}))
    assert (problem.path, problem.code, problem.message) == (path, code, message)


@pytest.mark.parametrize(("text", "path", "code", "message"), MESSAGE_ROWS)
def test_a_message_of_the_wrong_shape_is_refused(text: str, path: str, code: str, message: str | None) -> None:
    problem = refused(request(messages=[{"role": "user"}, msgspec.json.decode(text)]))
    assert (problem.path, problem.code) == (f"messages[1]{path}", code)
    assert message in (None, problem.message)


def test_an_unknown_role_is_told_the_known_ones() -> None:
    problem = refused(request(messages=[{"role": "bot"}]))
    assert problem.message == "expected one of developer, system, user, assistant, tool, function"
    assert str(problem) == f"messages[0].role: {problem.message}"


def test_a_problem_of_the_whole_has_no_path_in_its_text() -> None:
    assert str(refused(7)) == "expected an object, got a number"


def test_a_number_that_is_no_json_is_refused() -> None:
    assert refused(request(temperature=float("nan"))).message == "expected a finite number"


def test_a_value_that_is_no_json_is_refused() -> None:
    assert refused(object()).message == "expected an object, got something that is no JSON"


def test_a_long_name_of_the_caller_is_cut_in_the_path() -> None:
    assert refused(request(metadata={"k" * 1000: 1})).path == "metadata." + "k" * 64


def test_json_that_nests_without_end_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    problem = refused(request(vendor=nested))
    assert (problem.code, problem.message) == (VALUE, "expected values that nest less deeply")


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (request(user="a\ud800"), "user"),
        (request(vendor=[1, {"x": "\udc00"}]), "vendor[1].x"),
        (request(metadata={"\ud800": "v"}), "metadata.\ufffd"),
        (
            request(messages=[{"role": "user", "content": [{"type": "new", "new": "\ud800"}]}]),
            "messages[0].content[0].new",
        ),
    ],
)
def test_a_text_that_is_no_unicode_is_refused(data: dict[str, object], path: str) -> None:
    problem = refused(data)
    assert (problem.path, problem.code) == (path, VALUE)
    assert problem.message == "expected Unicode text, got a surrogate without its pair"
