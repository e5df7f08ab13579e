"""The one way to the core: the stubs of its services over a channel that was handed in. It knows no HTTP."""

from collections.abc import AsyncIterator
from typing import Final

import grpc
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub

from rest_facade.call_terms import CallTerms
from weir.v1.account_service_pb2 import Account, GetAccountRequest
from weir.v1.account_service_pb2_grpc import AccountServiceStub
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    StreamChatCompletionRequest,
    StreamChatCompletionResponse,
)
from weir.v1.chat_service_pb2_grpc import ChatServiceStub
from weir.v1.model_service_pb2 import GetModelRequest, ListModelsRequest, Model
from weir.v1.model_service_pb2_grpc import ModelServiceStub

HEALTH_PATIENCE: Final = 2.0
MODELS_A_PAGE: Final = 1000
MOST_PAGES: Final = 100


class GatewayClient:
    """Calls the core under the terms of a request. Failures are gRPC's own `AioRpcError`."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        """Takes an open channel, which stays its maker's to close."""
        self._chat = ChatServiceStub(channel)
        self._models = ModelServiceStub(channel)
        self._account = AccountServiceStub(channel)
        self._health = HealthStub(channel)

    def create_chat(
        self, chat: ChatRequest, terms: CallTerms
    ) -> grpc.aio.UnaryUnaryCall[CreateChatCompletionRequest, CreateChatCompletionResponse]:
        """Begins a call for a whole reply."""
        request = CreateChatCompletionRequest(chat=chat)
        return self._chat.CreateChatCompletion(request, timeout=terms.timeout, metadata=terms.metadata)

    def stream_chat(
        self, chat: ChatRequest, terms: CallTerms
    ) -> grpc.aio.UnaryStreamCall[StreamChatCompletionRequest, StreamChatCompletionResponse]:
        """Begins a call for a reply in pieces."""
        request = StreamChatCompletionRequest(chat=chat)
        return self._chat.StreamChatCompletion(request, timeout=terms.timeout, metadata=terms.metadata)

    async def models(self, terms: CallTerms) -> AsyncIterator[Model]:
        """Lists the models of the caller, page by page."""
        token = ""
        for _ in range(MOST_PAGES):
            request = ListModelsRequest(page_size=MODELS_A_PAGE, page_token=token)
            page = await self._models.ListModels(request, timeout=terms.timeout, metadata=terms.metadata)
            for model in page.models:
                yield model
            token = page.next_page_token
            if not token:
                return

    async def model(self, name: str, terms: CallTerms) -> Model:
        """Describes one model."""
        request = GetModelRequest(name=name)
        return (await self._models.GetModel(request, timeout=terms.timeout, metadata=terms.metadata)).model

    async def account(self, terms: CallTerms) -> Account:
        """Says who the caller is."""
        request = GetAccountRequest()
        return (await self._account.GetAccount(request, timeout=terms.timeout, metadata=terms.metadata)).account

    async def is_serving(self) -> bool:
        """Says whether the core takes calls. A core that cannot be asked does not."""
        try:
            answer = await self._health.Check(HealthCheckRequest(service=""), timeout=HEALTH_PATIENCE)
        except grpc.aio.AioRpcError:
            return False
        return bool(answer.status == HealthCheckResponse.SERVING)
