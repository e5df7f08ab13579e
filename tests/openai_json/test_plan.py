"""The plans fit the protos they are made of."""

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor

from openai_json.plan import ALWAYS_WRITTEN, enum_words, message_of, plan_message
from openai_json.reader import REQUIRED, ReaderCompiler
from openai_json.surrogates import lone_surrogate
from weir.v1.call_summary_pb2 import Attempt
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_completion_pb2 import ChatCompletion
from weir.v1.chat_request_pb2 import ChatRequest


def reached() -> dict[str, Descriptor]:
    """Every message that requests, completions and chunks lead to."""
    found: dict[str, Descriptor] = {}
    waiting = [ChatRequest.DESCRIPTOR, ChatCompletion.DESCRIPTOR, ChatCompletionChunk.DESCRIPTOR]
    while waiting:
        message = waiting.pop()
        if message.full_name not in found and not message.GetOptions().map_entry:
            found[message.full_name] = message
            waiting.extend(field.message_type for field in message.fields if field.message_type is not None)
    return found


def model_field() -> FieldDescriptor:
    return ChatRequest.DESCRIPTOR.fields_by_name["model"]


def test_every_message_but_wrappers_and_bare_kinds_keeps_what_it_does_not_know() -> None:
    without = {name.removeprefix("weir.v1.") for name, found in reached().items() if not plan_message(found).extra}
    assert without == {"StopList", "ContentPartList", "ResponseFormatText", "ResponseFormatJsonObject"}


def test_extra_fields_come_last_so_that_typed_ones_win() -> None:
    for message in reached().values():
        numbers = {field.number for field in message.fields if field.name != "extra_json"}
        assert all(number < 100 for number in numbers), message.full_name


def test_the_tables_name_fields_that_exist() -> None:
    fields = {field.full_name for message in reached().values() for field in message.fields}
    assert fields >= ALWAYS_WRITTEN
    assert reached().keys() >= REQUIRED.keys()


def test_an_enum_without_presence_is_the_only_field_that_unset_and_zero_are_the_same_of() -> None:
    implicit = {
        field.full_name
        for message in reached().values()
        for field in message.fields
        if not (field.has_presence or field.is_repeated or field.name == "extra_json" or field.enum_type)
    }
    assert implicit == {"weir.v1.ChatRequest.model"}


def test_a_type_of_field_that_openai_does_not_have_is_refused_when_tables_are_made() -> None:
    with pytest.raises(TypeError, match=r"weir\.v1\.Attempt\.number"):
        ReaderCompiler(strict=False).compile(Attempt.DESCRIPTOR)


def test_a_field_without_a_message_or_an_enum_is_refused() -> None:
    with pytest.raises(TypeError, match=r"ChatRequest\.model holds no message"):
        message_of(model_field())
    with pytest.raises(TypeError, match=r"ChatRequest\.model holds no enum"):
        enum_words(model_field())


def test_the_problem_of_a_text_that_is_not_found_has_no_path() -> None:
    assert lone_surrogate({"a": ["fine", 1]}).path == ""
