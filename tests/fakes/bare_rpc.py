"""A gRPC client that sends any bytes to any method, and checks that no failure tells about the inside."""

import grpc
import pytest

from tests.fakes.rich_status import RichStatus, rich_status
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionRequest

CREATE = "/weir.v1.ChatService/CreateChatCompletion"
STREAM = "/weir.v1.ChatService/StreamChatCompletion"
USER = ChatMessage(role=ROLE_USER, content="hello")
LEAKS = ("Traceback", "Exception", ".py", "object at 0x", "Error", "<class")
Metadata = tuple[tuple[str, str | bytes], ...]


class BareClient:
    """A client that sends any bytes to any method."""

    def __init__(self, channel: grpc.Channel, metadata: Metadata) -> None:
        """Takes the metadata of its calls."""
        self._channel = channel
        self._metadata = metadata

    def fails(self, method: str, request: bytes, metadata: Metadata | None = None) -> RichStatus:
        """Makes a call that fails, and checks that the failure tells nothing about the inside."""
        call = self._channel.unary_stream(method, lambda data: data, lambda data: data)
        with pytest.raises(grpc.RpcError) as caught:
            list(call(request, timeout=10, metadata=self._metadata if metadata is None else metadata))
        failure = rich_status(caught.value)
        assert not [leak for leak in LEAKS if leak in failure.message]
        return failure

    def answers(self, chat: ChatRequest | None = None) -> bool:
        """Says whether the gateway answers a chat."""
        call = self._channel.unary_unary(CREATE, lambda data: data, lambda data: data)
        request = CreateChatCompletionRequest(chat=chat or ChatRequest(model="weir-demo", messages=[USER]))
        return bool(call(request.SerializeToString(), timeout=10, metadata=self._metadata))
