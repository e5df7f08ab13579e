"""ChatService: hands requests to the chat stack of the current configuration."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from gateway_core.chat.configured import Current
from gateway_core.errors import InvalidRequest, UpstreamError
from gateway_core.interceptors.around import Context
from gateway_core.services.call_start import CallStart
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    StreamChatCompletionRequest,
    StreamChatCompletionResponse,
)
from weir.v1.chat_service_pb2_grpc import ChatServiceServicer


class ChatService(ChatServiceServicer):
    """Answers chats."""

    def __init__(self, current: Current, start: CallStart) -> None:
        """Takes the configuration that new calls begin with."""
        self._current = current
        self._start = start

    async def CreateChatCompletion(
        self, request: CreateChatCompletionRequest, context: Context
    ) -> CreateChatCompletionResponse:
        """Answers in one message."""
        require_chat(request)
        current = self._current.value
        call = self._start.call(context, current.snapshot, request.chat.model, streamed=False)
        async with aclosing(current.chat.chat(call, request.chat)) as events:
            async for event in events:
                if isinstance(event, CreateChatCompletionResponse):
                    return event
        raise UpstreamError("there was no reply")

    async def StreamChatCompletion(
        self, request: StreamChatCompletionRequest, context: Context
    ) -> AsyncGenerator[StreamChatCompletionResponse, None]:
        """Answers in pieces."""
        require_chat(request)
        current = self._current.value
        call = self._start.call(context, current.snapshot, request.chat.model, streamed=True)
        async with aclosing(current.chat.chat(call, request.chat)) as events:
            async for event in events:
                if isinstance(event, StreamChatCompletionResponse):
                    yield event


def require_chat(request: CreateChatCompletionRequest | StreamChatCompletionRequest) -> None:
    """Refuses a request without the one field it must have."""
    if not request.HasField("chat"):
        raise InvalidRequest.at("chat", "is required")
