"""The layer that decides who answers: the model's target, and one of the credentials for it."""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from gateway_core.chat.call import Call
from gateway_core.chat.protocol import Chat, ChatEvents
from gateway_core.routing.choose import ChoiceState, Chooser, Weighted
from gateway_core.routing.resolve_model import resolve_model
from weir.v1.chat_request_pb2 import ChatRequest


class SpreadChat:
    """Spreads calls over several ways to have them answered; knows how many run on each."""

    def __init__(self, chooser: Chooser, candidates: Sequence[Weighted], chats: Sequence[Chat]) -> None:
        """Takes what to choose from, and for each candidate the layer that goes there."""
        self._chooser = chooser
        self._candidates = candidates
        self._chats = chats
        self._state = ChoiceState.of(len(candidates))

    async def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Lets the chosen one answer."""
        index = self._chooser.choose(self._candidates, self._state)
        self._state.begin(index)
        try:
            async with aclosing(self._chats[index].chat(call, request)) as events:
                async for event in events:
                    yield event
        finally:
            self._state.end(index)


@dataclass(frozen=True, slots=True)
class RoutedChat:
    """Finds the model a request names and lets its targets answer."""

    models: Mapping[str, Chat]

    def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Passes on to the model; raises ModelNotFound if there is none of that name."""
        return self.models[resolve_model(call.snapshot, request.model).name].chat(call, request)
