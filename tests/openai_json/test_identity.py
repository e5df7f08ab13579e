"""JSON becomes messages, bytes, messages and JSON again, and is the same, whatever it holds."""

from collections.abc import Callable
from typing import TypeVar

from google.protobuf.message import Message
from hypothesis import event, given, settings
from hypothesis import strategies as st

from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from tests.openai_json.valid_json import (
    CHUNK,
    CHUNK_CHOICE,
    COMPLETION,
    MESSAGE,
    REPLY_FIELDS,
    REQUEST_FIELDS,
    TRAPS,
    USAGE,
    any_json,
    requests,
)

M = TypeVar("M", bound=Message)

CODEC = OpenAiJson()
FIELD_NAMES = st.sampled_from(
    sorted(
        {*REQUEST_FIELDS, *REPLY_FIELDS, *TRAPS}
        | {"choices", "index", "message", "delta", "logprobs", "finish_reason", "content", "tool_calls", "type", "role"}
        | {"prompt_tokens", "refusal", "annotations", "url_citation", "top_logprobs", "bytes", "token", "logprob"}
    )
)
JUMBLE = any_json(FIELD_NAMES, leaves=12)
SPARSE = st.dictionaries(FIELD_NAMES, JUMBLE, max_size=1)
JUMBLES = st.dictionaries(FIELD_NAMES, JUMBLE, max_size=5)
TYPES = {"type": st.sampled_from(["text", "image_url", "function", "custom", "url_citation", "json_object", 3, None])}


def exact(value: object) -> object:
    """A value that equals another only if both are the same JSON: for Python, 1 is True."""
    if isinstance(value, bool):
        return ("bool", value)
    if isinstance(value, dict):
        return {key: exact(member) for key, member in value.items()}
    return [exact(member) for member in value] if isinstance(value, list) else value


def without_defaults(value: object) -> object:
    """A value without the keys that the writer adds where they are missing."""
    if isinstance(value, dict):
        kept = {key: member for key, member in value.items() if (key, member) not in DEFAULTS}
        return {key: without_defaults(member) for key, member in kept.items()}
    return [without_defaults(member) for member in value] if isinstance(value, list) else value


DEFAULTS: list[tuple[str, object]] = [("finish_reason", None), ("choices", [])]


def passed(read: Callable[[object], M], write: Callable[[M], dict[str, object]], data: object) -> object:
    """The JSON that comes out, after the message was bytes in between."""
    message = read(data)
    return write(type(message).FromString(message.SerializeToString()))


@settings(deadline=None)
@given(requests())
def test_a_valid_request_comes_out_as_it_went_in(data: dict[str, object]) -> None:
    assert exact(passed(CODEC.read_request, CODEC.write_request, data)) == exact(data)


@settings(deadline=None)
@given(COMPLETION)
def test_a_valid_completion_comes_out_as_it_went_in(data: dict[str, object]) -> None:
    assert exact(passed(CODEC.read_completion, CODEC.write_completion, data)) == exact(data)


@settings(deadline=None)
@given(CHUNK)
def test_a_valid_chunk_comes_out_as_it_went_in(data: dict[str, object]) -> None:
    assert exact(passed(CODEC.read_chunk, CODEC.write_chunk, data)) == exact(data)


@settings(deadline=None)
@given(JUMBLES, st.fixed_dictionaries({}, optional=TYPES), st.fixed_dictionaries({}, optional={"message": MESSAGE}))
def test_any_object_survives_a_lenient_read_of_a_completion(
    jumble: dict[str, object], typed: dict[str, object], spoken: dict[str, object]
) -> None:
    data = {"choices": [jumble | typed | spoken, {"message": {"content": [jumble | typed], "tool_calls": [typed]}}]}
    for each in (jumble, data, jumble | data):
        out = passed(CODEC.read_completion, CODEC.write_completion, each)
        assert exact(without_defaults(out)) == exact(without_defaults(each))


@settings(deadline=None)
@given(JUMBLES, JUMBLES, st.fixed_dictionaries({}, optional={"usage": USAGE, "choices": st.lists(CHUNK_CHOICE)}))
def test_any_object_survives_a_lenient_read_of_a_chunk(
    jumble: dict[str, object], delta: dict[str, object], valid: dict[str, object]
) -> None:
    for each in (jumble | valid, {"choices": [{"delta": delta, "logprobs": jumble}], "usage": jumble}):
        out = passed(CODEC.read_chunk, CODEC.write_chunk, each)
        assert exact(without_defaults(out)) == exact(without_defaults(each))


@settings(deadline=None)
@given(SPARSE, SPARSE, st.fixed_dictionaries({"type": st.just("function") | TYPES["type"]}))
def test_a_strict_read_refuses_by_name_or_loses_nothing(
    jumble: dict[str, object], part: dict[str, object], typed: dict[str, object]
) -> None:
    spoken = {"role": "user", "content": [part | typed]}
    data = jumble | {"model": "m", "messages": [spoken], "tools": [part | typed]}
    try:
        out = passed(CODEC.read_request, CODEC.write_request, data)
    except FieldProblem as problem:
        event(problem.code)
        out = data if problem.path else None
    assert exact(out) == exact(data)


@given(st.dictionaries(st.text(st.characters(), max_size=3), st.text(st.characters(), max_size=3)))
def test_texts_that_are_no_unicode_never_raise_anything_untyped(texts: dict[str, str]) -> None:
    data = {"model": "m", "messages": [{"role": "user"} | texts], "metadata": texts}
    CODEC.read_chunk(data | {"choices": [{"delta": texts}]}).SerializeToString()
    try:
        CODEC.read_request(data).SerializeToString()
    except FieldProblem as problem:
        problem.path.encode()
