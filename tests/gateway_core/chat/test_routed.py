"""How calls find their model and spread over what can answer."""

import asyncio
from contextlib import aclosing
from random import Random

import pytest

from gateway_core.chat.routed import RoutedChat, SpreadChat
from gateway_core.errors import ModelNotFound
from gateway_core.records.model import Target
from gateway_core.routing.choose import Chooser
from tests.fakes.scripted_chat import ScriptedChat
from tests.fakes.worlds import a_call
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionResponse, StreamChatCompletionResponse, StreamStarted

REPLY = CreateChatCompletionResponse()


async def test_a_request_goes_to_the_model_it_names() -> None:
    below = ScriptedChat([REPLY])
    events = [event async for event in RoutedChat({"fast": below}).chat(a_call(), ChatRequest(model="fast"))]
    assert events == [REPLY]


async def test_a_model_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelNotFound) as refused:
        RoutedChat({}).chat(a_call(), ChatRequest(model="slow"))
    assert refused.value.facts == {"model": "slow"}


async def test_calls_take_turns() -> None:
    chats = [ScriptedChat([REPLY]), ScriptedChat([REPLY])]
    spread = SpreadChat(Chooser("round_robin", Random(1)), [Target("a", "m"), Target("b", "m")], chats)
    for _ in range(4):
        assert [event async for event in spread.chat(a_call(), ChatRequest())] == [REPLY]
    assert [chat.asked for chat in chats] == [2, 2]


async def test_a_call_that_is_left_half_way_no_longer_counts_as_busy() -> None:
    started = StreamChatCompletionResponse(started=StreamStarted())
    chats = [ScriptedChat([started, started]), ScriptedChat([REPLY])]
    spread = SpreadChat(Chooser("least_busy", Random(1)), [Target("a", "m"), Target("b", "m")], chats)
    async with aclosing(spread.chat(a_call(streamed=True), ChatRequest())) as events:
        assert await anext(events) == started
        assert [event async for event in spread.chat(a_call(), ChatRequest())] == [REPLY]
    assert chats[0].closed == 1
    async with aclosing(spread.chat(a_call(streamed=True), ChatRequest())) as events:
        await asyncio.wait_for(anext(events), 1)
    assert [chat.asked for chat in chats] == [2, 1]
