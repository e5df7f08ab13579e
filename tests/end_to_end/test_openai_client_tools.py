"""What applications build on the official client: tools, its stream accumulator, structured output."""

from typing import Any

import msgspec
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import (
    ChatCompletionFunctionToolParam,
    ChatCompletionMessageFunctionToolCall,
    ChatCompletionMessageParam,
)
from pydantic import BaseModel

WEATHER: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Says how the weather is.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}
TIME: ChatCompletionFunctionToolParam = {
    "type": "function",
    "function": {"name": "get_time", "parameters": {"type": "object", "properties": {}}},
}
ASKING: list[ChatCompletionMessageParam] = [{"role": "user", "content": "call get_weather"}]


class Recipe(BaseModel):
    """What a structured reply is to hold."""

    title: str
    minutes: int
    steps: list[str]


def arguments_of(text: str) -> dict[str, object]:
    """Reads the arguments of a tool call."""
    return msgspec.json.decode(text, type=dict[str, object])


def test_a_tool_is_called_and_its_result_is_answered(client: OpenAI) -> None:
    first = client.chat.completions.create(model="weir-demo", messages=ASKING, tools=[WEATHER, TIME])
    choice = first.choices[0]
    assert choice.finish_reason == "tool_calls"
    assert choice.message.content is None
    assert choice.message.tool_calls is not None
    (call,) = choice.message.tool_calls
    assert isinstance(call, ChatCompletionMessageFunctionToolCall)
    assert call.function.name == "get_weather"
    assert set(arguments_of(call.function.arguments)) == {"city", "days"}
    echoed: Any = choice.message.model_dump(exclude_none=True)
    result: ChatCompletionMessageParam = {"role": "tool", "tool_call_id": call.id, "content": "14 degrees and rain"}
    second = client.chat.completions.create(
        model="weir-demo", messages=[*ASKING, echoed, result], tools=[WEATHER, TIME]
    )
    assert second.choices[0].finish_reason == "stop"
    assert "14 degrees and rain" in (second.choices[0].message.content or "")


def test_two_tools_are_called_at_once_in_a_stream(client: OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "call get_weather and get_time"}]
    with client.chat.completions.stream(model="weir-demo", messages=messages, tools=[WEATHER, TIME]) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert "tool_calls.function.arguments.done" in kinds
    message = final.choices[0].message
    assert message.tool_calls is not None
    assert [call.function.name for call in message.tool_calls] == ["get_weather", "get_time"]
    assert len({call.id for call in message.tool_calls}) == 2
    assert set(arguments_of(message.tool_calls[0].function.arguments)) == {"city", "days"}
    assert final.choices[0].finish_reason == "tool_calls"


def test_a_tool_that_must_be_called_is_called(client: OpenAI) -> None:
    reply = client.chat.completions.create(
        model="weir-demo",
        messages=[{"role": "user", "content": "hello"}],
        tools=[WEATHER, TIME],
        tool_choice={"type": "function", "function": {"name": "get_time"}},
    )
    assert reply.choices[0].message.tool_calls is not None
    (call,) = reply.choices[0].message.tool_calls
    assert isinstance(call, ChatCompletionMessageFunctionToolCall)
    assert call.function.name == "get_time"


def test_the_accumulator_of_the_client_puts_a_stream_together(client: OpenAI) -> None:
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Say hello to Ada"}]
    with client.chat.completions.stream(
        model="weir-demo", messages=messages, stream_options={"include_usage": True}
    ) as stream:
        deltas = "".join(event.delta for event in stream if event.type == "content.delta")
        final = stream.get_final_completion()
    assert final.choices[0].message.content == deltas
    assert final.choices[0].message.role == "assistant"
    assert final.usage is not None
    assert final.usage.completion_tokens > 0


def test_structured_output_fits_its_schema(client: OpenAI) -> None:
    reply = client.chat.completions.parse(
        model="weir-demo", messages=[{"role": "user", "content": "a recipe"}], response_format=Recipe
    )
    assert isinstance(reply.choices[0].message.parsed, Recipe)


async def test_structured_output_fits_its_schema_when_streamed(async_client: AsyncOpenAI) -> None:
    async with async_client.chat.completions.stream(
        model="weir-demo", messages=[{"role": "user", "content": "a recipe"}], response_format=Recipe
    ) as stream:
        final = await stream.get_final_completion()
    assert isinstance(final.choices[0].message.parsed, Recipe)


@pytest.mark.parametrize("streamed", [False, True])
def test_logprobs_come_when_asked_for(client: OpenAI, streamed: bool) -> None:  # noqa: FBT001 # a row of the table
    messages: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello"}]
    asked: dict[str, Any] = {"model": "weir-demo", "messages": messages, "logprobs": True, "top_logprobs": 2}
    if streamed:
        with client.chat.completions.create(**asked, stream=True) as stream:
            found = [chunk.choices[0].logprobs for chunk in stream if chunk.choices[0].delta.content]
    else:
        found = [client.chat.completions.create(**asked).choices[0].logprobs]
    assert all(logprobs is not None and logprobs.content for logprobs in found)
    assert all(len(token.top_logprobs) == 2 for logprobs in found if logprobs for token in logprobs.content or ())
