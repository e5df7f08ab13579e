"""What a bounded key may ask the services for."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import grpc
import pytest

from gateway_core.identity.vault import Vault
from gateway_core.records.model import Model, Target
from gateway_core.storage.store import Store
from gateway_core.wiring import Core
from tests.fakes.core_parts import running_core_on_store
from tests.fakes.rich_status import RichStatus, rich_status
from tests.fakes.stored_keys import bearing, make_key
from weir.v1.account_service_pb2 import GetAccountRequest
from weir.v1.account_service_pb2_grpc import AccountServiceStub
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionRequest, StreamChatCompletionRequest
from weir.v1.chat_service_pb2_grpc import ChatServiceStub
from weir.v1.model_service_pb2 import GetModelRequest, ListModelsRequest
from weir.v1.model_service_pb2_grpc import ModelServiceStub

NAMES = ("fast", "team/a", "team/b/c", "slow")
MODELS: Mapping[str, Model] = MappingProxyType(
    {name: Model(name, (Target("simulator", "weir-demo"),)) for name in NAMES}
)


@dataclass
class World:
    """A core with a few models, and its store."""

    core: Core
    store: Store
    vault: Vault

    async def key(self, **bounds: Any) -> str:  # noqa: ANN401 # fields of StoredApiKey
        """Makes a key and gives its secret."""
        return await make_key(self.store, self.vault.peppers, "key_bounded", **bounds)

    async def chat(self, plain: str, model: str) -> str:
        """Asks a model, both ways, and gives the configuration that answered."""
        stub = ChatServiceStub(self.core.server.inside.channel())
        chat = ChatRequest(model=model, messages=[ChatMessage(role=ROLE_USER, content="hello")])
        stream = stub.StreamChatCompletion(StreamChatCompletionRequest(chat=chat), metadata=bearing(plain))
        assert [event async for event in stream][-1].HasField("completed")
        reply = await stub.CreateChatCompletion(CreateChatCompletionRequest(chat=chat), metadata=bearing(plain))
        return str(reply.summary.configuration_version)

    async def refused_chat(self, plain: str, model: str) -> RichStatus:
        """Asks a model in vain."""
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await self.chat(plain, model)
        return rich_status(refused.value)

    @property
    def models(self) -> Any:  # noqa: ANN401 # the asynchronous stub has a name in type stubs only
        """Gives the service of models."""
        return ModelServiceStub(self.core.server.inside.channel())


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Runs a core."""
    async with running_core_on_store(models=MODELS) as (core, store, vault):
        yield World(core, store, vault)


async def test_a_model_out_of_scope_is_refused_whether_it_exists_or_not() -> None:
    async with world() as here:
        plain = await here.key(models=("fast", "team/*"))
        for name in ("fast", "team/b/c"):
            await here.chat(plain, name)
        for name in ("slow", "unheard-of", "Fast"):
            refused = await here.refused_chat(plain, name)
            assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "MODEL_NOT_ALLOWED")
            assert refused.facts == {"model": name, "allowed": "fast, team/*"}
        assert (await here.refused_chat(plain, "team/unheard-of")).reason == "MODEL_NOT_FOUND"


async def test_a_chat_that_names_no_model_is_malformed_for_every_key() -> None:
    async with world() as here:
        refused = await here.refused_chat(await here.key(models=("fast",)), "")
    assert (refused.reason, refused.fields) == ("INVALID_REQUEST", ("chat.model",))


async def test_models_out_of_scope_do_not_exist_for_the_key() -> None:
    async with world() as here:
        metadata = bearing(await here.key(models=("fast", "team/*")))
        first = await here.models.ListModels(ListModelsRequest(page_size=2), metadata=metadata)
        rest = await here.models.ListModels(
            ListModelsRequest(page_size=2, page_token=first.next_page_token), metadata=metadata
        )
        assert [model.name for model in (*first.models, *rest.models)] == ["fast", "team/a", "team/b/c"]
        assert rest.next_page_token == ""
        assert (await here.models.GetModel(GetModelRequest(name="team/a"), metadata=metadata)).model.name == "team/a"
        sentences = set()
        for name in ("slow", "none"):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await here.models.GetModel(GetModelRequest(name=name), metadata=metadata)
            status = rich_status(refused.value)
            assert (status.reason, status.resource) == ("MODEL_NOT_FOUND", name)
            sentences.add(status.message.replace(name, "…"))
        assert len(sentences) == 1


async def test_an_operation_out_of_scope_is_refused_and_looking_around_is_not() -> None:
    async with world() as here:
        plain = await here.key(operations=("embeddings",))
        refused = await here.refused_chat(plain, "fast")
        assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "OPERATION_NOT_ALLOWED")
        account = AccountServiceStub(here.core.server.inside.channel())
        assert (await account.GetAccount(GetAccountRequest(), metadata=bearing(plain))).account.id == "default"
        listed = await here.models.ListModels(ListModelsRequest(), metadata=bearing(plain))
        assert len(listed.models) == len(NAMES)


async def test_a_reply_names_the_configuration_of_the_store() -> None:
    async with world() as here:
        async with here.store.reading() as reading:
            version = reading.version
        plain = await here.key()
        assert await here.chat(plain, "fast") in {str(version), str(version + 1)}
