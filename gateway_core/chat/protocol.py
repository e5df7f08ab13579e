"""The one shape of every layer: a call and a request go in, events come out. A unary call is a stream of one event."""

from collections.abc import AsyncGenerator
from typing import Protocol, TypeAlias

from gateway_core.chat.call import Call
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionResponse, StreamChatCompletionResponse

ChatEvent: TypeAlias = CreateChatCompletionResponse | StreamChatCompletionResponse
"""What travels up: one CreateChatCompletionResponse for a unary call, StreamChatCompletionResponses for a stream."""

ChatEvents: TypeAlias = AsyncGenerator[ChatEvent, None]


class Chat(Protocol):
    """Answers chats, by itself or by asking the layer below.

    A layer never changes the request. It closes the generator of the layer below when it is closed itself
    (`contextlib.aclosing`), so that a caller who leaves reaches the provider's connection at once.
    """

    def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Answers with events, the last of which proves success; raises GatewayError otherwise."""
        ...
