"""The models a caller may ask for, in OpenAI's shape."""

from starlette.types import Receive, Scope, Send

from rest_facade.call_terms import read_terms
from rest_facade.error_body import Refusal, unknown_url
from rest_facade.gateway_client import GatewayClient
from rest_facade.json_reply import NOT_STORED, send_json
from rest_facade.json_text import json_bytes
from weir.v1.model_service_pb2 import Model


class ModelList:
    """Answers `GET /v1/models`."""

    def __init__(self, client: GatewayClient) -> None:
        """Takes the way to the core."""
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lists the models."""
        del receive
        models = [model_object(model) async for model in self._client.models(read_terms(scope))]
        await send_json(send, 200, json_bytes({"object": "list", "data": models}), [NOT_STORED])


class OneModel:
    """Answers `GET /v1/models/{name}`. A name may hold slashes."""

    def __init__(self, client: GatewayClient) -> None:
        """Takes the way to the core."""
        self._client = client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Describes the model that the path names."""
        del receive
        name = scope["path_params"]["name"]
        if not name:
            raise Refusal(unknown_url(scope["method"], scope["path"]))
        model = await self._client.model(name, read_terms(scope))
        await send_json(send, 200, json_bytes(model_object(model)), [NOT_STORED])


def model_object(model: Model) -> dict[str, object]:
    """Writes a model as OpenAI does."""
    return {"id": model.name, "object": "model", "created": model.created, "owned_by": model.owned_by}
