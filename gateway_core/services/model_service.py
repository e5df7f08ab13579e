"""ModelService: tells callers which models their key may ask for. The others do not exist for them."""

import base64
import binascii
from bisect import bisect_right
from dataclasses import replace

from gateway_core.chat.configured import Current
from gateway_core.errors import InvalidRequest
from gateway_core.interceptors.around import Context
from gateway_core.records.model import Model
from gateway_core.records.snapshot import Snapshot
from gateway_core.routing.resolve_model import resolve_model
from gateway_core.services.call_start import caller
from weir.v1 import model_service_pb2 as messages
from weir.v1.model_service_pb2_grpc import ModelServiceServicer

DEFAULT_PAGE = 100
LARGEST_PAGE = 1000
SEVERAL_OWNERS = "weir"


class ModelService(ModelServiceServicer):
    """Lists and describes models."""

    def __init__(self, current: Current) -> None:
        """Takes the configuration that new calls begin with."""
        self._current = current

    async def ListModels(self, request: messages.ListModelsRequest, context: Context) -> messages.ListModelsResponse:
        """Gives a page of models by name."""
        del context
        snapshot = seen_by_caller(self._current.value.snapshot)
        if request.page_size < 0:
            raise InvalidRequest.at("page_size", "must not be negative")
        size = min(request.page_size or DEFAULT_PAGE, LARGEST_PAGE)
        names = sorted(snapshot.models)
        start = bisect_right(names, name_in(request.page_token)) if request.page_token else 0
        page = names[start : start + size]
        more = start + size < len(names)
        return messages.ListModelsResponse(
            models=[described(snapshot, snapshot.models[name]) for name in page],
            next_page_token=token_after(page[-1]) if more else "",
        )

    async def GetModel(self, request: messages.GetModelRequest, context: Context) -> messages.GetModelResponse:
        """Describes one model. One that the key may not use is as little there as one that does not exist."""
        del context
        if not request.name:
            raise InvalidRequest.at("name", "is required")
        snapshot = seen_by_caller(self._current.value.snapshot)
        return messages.GetModelResponse(model=described(snapshot, resolve_model(snapshot, request.name)))


def seen_by_caller(snapshot: Snapshot) -> Snapshot:
    """Leaves out the models that the caller's key may not use."""
    scope = caller().models
    if scope is None:
        return snapshot
    return replace(snapshot, models={name: model for name, model in snapshot.models.items() if scope.allows(name)})


def described(snapshot: Snapshot, model: Model) -> messages.Model:
    """Describes a model to callers."""
    owners = {target.provider for target in model.targets}
    owner = owners.pop() if len(owners) == 1 else SEVERAL_OWNERS
    return messages.Model(name=model.name, created=snapshot.created, owned_by=owner)


def token_after(name: str) -> str:
    """Writes the token of the page that comes after this name."""
    return base64.urlsafe_b64encode(name.encode()).decode()


def name_in(token: str) -> str:
    """Reads the name a page token stands for."""
    try:
        return base64.b64decode(token.encode(), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError) as error:
        raise InvalidRequest.at("page_token", "is not a token this service gave out") from error
