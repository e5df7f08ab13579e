"""How the simulator calls tools."""

import pytest
from msgspec.json import decode

from tests.fakes.simulated_world import World, user

WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city", "days"],
        },
    },
}
NOTE = {"type": "custom", "custom": {"name": "note"}}
TOOLS = [WEATHER, NOTE]


@pytest.mark.parametrize(
    ("text", "choice", "extra", "names"),
    [
        ("call get_weather", "auto", {}, ["get_weather"]),
        ("please get_weather and note", None, {}, ["get_weather", "note"]),
        ("please get_weather and note", None, {"parallel_tool_calls": False}, ["get_weather"]),
        ("please get_weathers", None, {}, []),
        ("call get_weather", "none", {}, []),
        ("Hello", "auto", {}, []),
        ("Hello", "required", {}, ["get_weather"]),
        ("note", "required", {}, ["note"]),
        ("Hello", {"type": "custom", "custom": {"name": "note"}}, {}, ["note"]),
        ("note", {"type": "function", "function": {"name": "get_weather"}}, {}, ["get_weather"]),
        ("Hello", {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": [NOTE]}}, {}, ["note"]),
        ("get_weather", {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [NOTE]}}, {}, []),
    ],
)
async def test_tools_are_called_when_they_are_named_or_required(
    text: str, choice: object, extra: dict[str, object], names: list[str]
) -> None:
    completion = await World().completion(messages=[user(text)], tools=TOOLS, tool_choice=choice, **extra)
    message = completion.choices[0].message
    assert [call.function.name or call.custom.name for call in message.tool_calls] == names
    assert message.HasField("content") == (not names)
    assert completion.choices[0].finish_reason == (3 if names else 1)


async def test_tools_of_an_unknown_type_are_never_called() -> None:
    tools = [{"type": "web_search"}]
    completion = await World().completion(tools=tools, tool_choice="required")
    assert not completion.choices[0].message.tool_calls


async def test_the_arguments_of_a_call_fit_its_schema() -> None:
    completion = await World().completion(messages=[user("get_weather note")], tools=TOOLS)
    calls = completion.choices[0].message.tool_calls
    assert decode(calls[0].function.arguments) == {"city": "sample city", "days": 1}
    assert calls[1].custom.input == "sample input"
    assert calls[0].id != calls[1].id


async def test_a_function_without_parameters_is_called_with_none() -> None:
    tools = [{"type": "function", "function": {"name": "now"}}]
    completion = await World().completion(tools=tools, tool_choice="required")
    assert completion.choices[0].message.tool_calls[0].function.arguments == "{}"


async def test_streamed_calls_begin_with_their_names_and_go_on_in_fragments() -> None:
    stream = await World().streamed(messages=[user("get_weather note")], tools=TOOLS)
    deltas = [choice.delta for chunk in stream.chunks for choice in chunk.choices]
    calls = [call for delta in deltas for call in delta.tool_calls]
    opened = [call for call in calls if call.id]
    assert [(call.index, call.type, call.function.name or call.custom.name) for call in opened] == [
        (0, "function", "get_weather"),
        (1, "custom", "note"),
    ]
    assert all(call.function.arguments == "" for call in opened)
    assert stream.arguments() == {0: '{"city":"sample city","days":1}', 1: "sample input"}
    assert len(calls) > len(opened) + 2
    assert [delta.role for delta in deltas if delta.role] == [4]


async def test_a_limit_on_tokens_cuts_calls_too() -> None:
    stream = await World().streamed(messages=[user("get_weather note")], tools=TOOLS, max_tokens=3)
    assert stream.arguments() == {0: '{"city":"'}
    assert stream.end.finish_reason == 2


async def test_after_a_tools_result_it_is_quoted() -> None:
    messages = [
        user("get_weather"),
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "tool", "tool_call_id": "1", "content": "sunny"},
        {"role": "tool", "tool_call_id": "2", "content": "warm"},
    ]
    completion = await World().completion(messages=messages, tools=TOOLS, tool_choice="required")
    assert completion.choices[0].message.content.endswith('The tool says: "sunny". The tool says: "warm".')
