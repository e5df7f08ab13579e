"""What is taken for usage where nobody counted."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.metering.estimated_usage import estimate_input, estimate_output, estimate_usage
from weir.v1.call_summary_pb2 import USAGE_SOURCE_ESTIMATED, TokenUsage
from weir.v1.chat_message_pb2 import ChatMessage, ContentPartList, MessageAudio
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.content_part_pb2 import ContentPart, FileContent, ImageUrl, InputAudio
from weir.v1.response_format_pb2 import ResponseFormat, ResponseFormatJsonObject, ResponseFormatJsonSchema
from weir.v1.tool_pb2 import CustomTool, CustomToolCall, FunctionCall, FunctionDefinition, Tool, ToolCall

OVERHEAD = 6
"""One message and the reply's own."""
LONG = "x" * 400
LONG_TOKENS = 110


def request_of(*parts: ContentPart) -> ChatRequest:
    return ChatRequest(messages=[ChatMessage(content_parts=ContentPartList(parts=parts))])


@given(st.integers(min_value=0, max_value=10**15))
def test_a_quarter_of_the_bytes_and_a_tenth_more_rounded_up_without_floats(emitted: int) -> None:
    assert estimate_output(emitted) == ceil(Fraction(emitted, 4) * Fraction(11, 10))


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("hello", 2), ("ü" * 20, 11), ("x" * 40, 11)])
def test_text_is_measured_in_utf_8_bytes(text: str, tokens: int) -> None:
    assert estimate_input(ChatRequest(messages=[ChatMessage(content=text)])) == tokens + OVERHEAD


def test_every_message_has_its_overhead() -> None:
    assert estimate_input(ChatRequest(messages=[ChatMessage() for _ in range(5)])) == 5 * 3 + 3
    assert estimate_input(ChatRequest()) == 3


@pytest.mark.parametrize(
    "message",
    [
        ChatMessage(content=LONG),
        ChatMessage(name=LONG),
        ChatMessage(refusal=LONG),
        ChatMessage(reasoning=LONG),
        ChatMessage(reasoning_content=LONG),
        ChatMessage(extra_json=LONG),
        ChatMessage(audio=MessageAudio(data="a" * 9999, transcript=LONG)),
        ChatMessage(content_parts=ContentPartList(parts=[ContentPart(text=LONG)])),
        ChatMessage(content_parts=ContentPartList(parts=[ContentPart(refusal=LONG)])),
        ChatMessage(function_call=FunctionCall(arguments=LONG)),
        ChatMessage(function_call=FunctionCall(name=LONG)),
        ChatMessage(tool_calls=[ToolCall(function=FunctionCall(name=LONG))]),
        ChatMessage(tool_calls=[ToolCall(function=FunctionCall(arguments=LONG))]),
        ChatMessage(tool_calls=[ToolCall(custom=CustomToolCall(name=LONG))]),
        ChatMessage(tool_calls=[ToolCall(custom=CustomToolCall(input=LONG))]),
        ChatMessage(tool_calls=[ToolCall(extra_json=LONG)]),
    ],
)
def test_all_text_of_a_message_counts(message: ChatMessage) -> None:
    assert estimate_input(ChatRequest(messages=[message])) == LONG_TOKENS + OVERHEAD


@pytest.mark.parametrize(
    "request_",
    [
        ChatRequest(tools=[Tool(function=FunctionDefinition(name=LONG))]),
        ChatRequest(tools=[Tool(function=FunctionDefinition(description=LONG))]),
        ChatRequest(tools=[Tool(function=FunctionDefinition(parameters_json=LONG))]),
        ChatRequest(tools=[Tool(function=FunctionDefinition(extra_json=LONG))]),
        ChatRequest(tools=[Tool(custom=CustomTool(name=LONG))]),
        ChatRequest(tools=[Tool(custom=CustomTool(description=LONG))]),
        ChatRequest(tools=[Tool(custom=CustomTool(format_json=LONG))]),
        ChatRequest(tools=[Tool(extra_json=LONG)]),
        ChatRequest(functions=[FunctionDefinition(parameters_json=LONG)]),
        ChatRequest(response_format=ResponseFormat(json_schema=ResponseFormatJsonSchema(name=LONG))),
        ChatRequest(response_format=ResponseFormat(json_schema=ResponseFormatJsonSchema(description=LONG))),
        ChatRequest(response_format=ResponseFormat(json_schema=ResponseFormatJsonSchema(schema_json=LONG))),
    ],
)
def test_schemas_count(request_: ChatRequest) -> None:
    assert estimate_input(request_) == LONG_TOKENS + 3


def test_a_format_without_a_schema_costs_nothing() -> None:
    plain = ChatRequest(response_format=ResponseFormat(json_object=ResponseFormatJsonObject()))
    assert estimate_input(plain) == 3


@pytest.mark.parametrize(
    ("part", "tokens"),
    [
        (ContentPart(image_url=ImageUrl(url="data:image/png;base64," + "a" * 10**6)), 1600),
        (ContentPart(image_url=ImageUrl(url="https://a/b", detail="high")), 1600),
        (ContentPart(image_url=ImageUrl(url="https://a/b", detail="low")), 85),
        (ContentPart(input_audio=InputAudio(data="a" * 20_001, format="mp3")), 101),
        (ContentPart(input_audio=InputAudio()), 0),
        (ContentPart(file=FileContent(file_data="a" * 4001)), 101),
        (ContentPart(file=FileContent(file_id="file-1")), 1600),
        (ContentPart(extra_json=LONG), LONG_TOKENS),
        (ContentPart(extra_json="x" * 10**6), 1600),
        (ContentPart(text=""), 0),
    ],
)
def test_what_is_no_text_has_bounds(part: ContentPart, tokens: int) -> None:
    assert estimate_input(request_of(part)) == tokens + OVERHEAD


def test_parts_add_up() -> None:
    both = request_of(ContentPart(text=LONG), ContentPart(image_url=ImageUrl(detail="low")), ContentPart(text=LONG))
    assert estimate_input(both) == 2 * LONG_TOKENS + 85 + OVERHEAD


def test_an_estimate_says_that_it_is_one() -> None:
    request = ChatRequest(messages=[ChatMessage(content=LONG)])
    assert estimate_usage(request, 40) == TokenUsage(source=USAGE_SOURCE_ESTIMATED, input=116, output=11)
