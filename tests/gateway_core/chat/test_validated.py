"""What the outermost layer refuses, and how it names it."""

import math

import pytest

from gateway_core.chat.validated import ValidatedChat, violations_of
from gateway_core.errors import InvalidRequest
from tests.fakes.scripted_chat import ScriptedChat
from tests.fakes.worlds import a_call
from weir.v1.chat_message_pb2 import ROLE_TOOL, ROLE_USER, ChatMessage
from weir.v1.chat_options_pb2 import StreamOptions
from weir.v1.chat_request_pb2 import ChatRequest

HELLO = ChatMessage(role=ROLE_USER, content="hello")


def request(**fields: object) -> ChatRequest:
    given: dict[str, object] = {"model": "fast", "messages": [HELLO], **fields}
    return ChatRequest(**given)  # type: ignore[arg-type] # rows of a table


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (request(model=""), "chat.model"),
        (request(model="m" * 257), "chat.model"),
        (request(messages=[]), "chat.messages"),
        (request(messages=[HELLO, ChatMessage(content="who?")]), "chat.messages[1].role"),
        (request(messages=[ChatMessage(role=77, content="x")]), "chat.messages[0].role"),  # type: ignore[arg-type] # as it may come
        (request(messages=[ChatMessage(role=ROLE_TOOL, content="42")]), "chat.messages[0].tool_call_id"),
        (request(temperature=2.5), "chat.temperature"),
        (request(temperature=math.nan), "chat.temperature"),
        (request(top_p=-0.1), "chat.top_p"),
        (request(n=0), "chat.n"),
        (request(n=129), "chat.n"),
        (request(frequency_penalty=3), "chat.frequency_penalty"),
        (request(presence_penalty=-3), "chat.presence_penalty"),
        (request(top_logprobs=21), "chat.top_logprobs"),
        (request(max_tokens=-1), "chat.max_tokens"),
        (request(max_completion_tokens=2**31), "chat.max_completion_tokens"),
        (request(stream_options=StreamOptions(include_usage=True)), "chat.stream_options"),
    ],
)
def test_a_bad_field_is_named(bad: ChatRequest, field: str) -> None:
    assert [violation.field for violation in violations_of(bad, streamed=False)] == [field]


def test_zero_is_a_value_and_absence_is_none() -> None:
    assert not list(violations_of(request(temperature=0, top_p=0, max_tokens=0), streamed=False))
    assert not list(violations_of(request(stream_options=StreamOptions(include_usage=True)), streamed=True))


def test_a_role_that_only_the_provider_knows_passes() -> None:
    unknown = ChatMessage(content="x", extra_json='{"role":"critic"}')
    assert not list(violations_of(request(messages=[unknown]), streamed=False))


async def test_all_violations_come_at_once_and_nothing_is_asked_below() -> None:
    below = ScriptedChat()
    with pytest.raises(InvalidRequest) as refused:
        ValidatedChat(below).chat(a_call(), request(model="", n=0))
    assert [violation.field for violation in refused.value.violations] == ["chat.model", "chat.n"]
    assert "chat.model: is required; chat.n: must be between 1 and 128" in refused.value.message
    assert below.asked == 0
