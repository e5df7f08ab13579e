"""A chat layer that plays a script, to stand below the layer a test is about."""

from collections.abc import Sequence

from gateway_core.chat.call import Call
from gateway_core.chat.protocol import ChatEvent, ChatEvents
from weir.v1.call_summary_pb2 import ATTEMPT_OUTCOME_COMPLETED, Attempt
from weir.v1.chat_request_pb2 import ChatRequest


class ScriptedChat:
    """Yields its events and raises its error; counts how often it was asked and closed."""

    def __init__(
        self, events: Sequence[ChatEvent] = (), error: BaseException | None = None, attempts: Sequence[Attempt] = ()
    ) -> None:
        """Takes what to play, and the attempts to put into the call's log before the last event."""
        self.events = list(events)
        self.error = error
        self.attempts = attempts or [Attempt(number=1, outcome=ATTEMPT_OUTCOME_COMPLETED)]
        self.asked = 0
        self.closed = 0

    async def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Plays the script."""
        del request
        self.asked += 1
        try:
            for event in self.events[:-1]:
                yield event
            call.log.attempts.extend(self.attempts)
            if self.error is not None:
                raise self.error
            for event in self.events[-1:]:
                yield event
        finally:
            self.closed += 1
