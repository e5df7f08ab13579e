"""ModelService: keeps the models that callers may ask for."""

from collections.abc import Collection
from types import MappingProxyType
from typing import Any, Final

from admin.conduct import filters
from admin.conduct.deleting import delete_model
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.finding import find, list_page, not_found, seek
from admin.conduct.in_use import in_use
from admin.conduct.masks import changed
from admin.conduct.names import MODEL, PROVIDER, require_model_id
from admin.conduct.violations import Violations
from admin.translation.models import MUTABLE, STRATEGY_NAMES, STREAM_BREAK_NAMES, read_model, show_model
from admin.translation.stamps import OWNER_NAMES
from gateway_core.interceptors.around import Context
from gateway_core.records.stored_model import StoredModel
from gateway_core.storage.everything import every
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import Records
from gateway_core.storage.store import Reading
from weir.admin.v1 import model_service_pb2 as messages
from weir.admin.v1.model_service_pb2_grpc import ModelServiceServicer

FIELDS: Final = MappingProxyType(
    {
        "id": filters.text("name"),
        "strategy": filters.choice("strategy", STRATEGY_NAMES),
        "stream_break": filters.choice("stream_break", STREAM_BREAK_NAMES),
        "disabled": filters.truth("disabled"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "create_time": filters.moment("created_at"),
        "update_time": filters.moment("updated_at"),
    }
)


class ModelService(ModelServiceServicer):
    """Keeps models."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListModels(self, request: messages.ListModelsRequest, context: Context) -> messages.ListModelsResponse:
        """Gives a page of models."""
        del context
        async with self._desk.reading() as reading:
            page = await list_page(reading.models, request, FIELDS)
        return messages.ListModelsResponse(models=map(show_model, page.page), next_page_token=page.next_token)

    async def GetModel(self, request: messages.GetModelRequest, context: Context) -> messages.GetModelResponse:
        """Describes one model."""
        del context
        (given,) = MODEL.read(request.name, "name")
        async with self._desk.reading() as reading:
            model = await find(reading.models, request.name, given)
        return messages.GetModelResponse(model=show_model(model))

    async def CreateModel(self, request: messages.CreateModelRequest, context: Context) -> messages.CreateModelResponse:
        """Makes a model."""
        violations = Violations()
        given = require_model_id(request.model_id, "model_id")
        model = read_model(request.model, given, violations)
        violations.refuse()
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            created = None if once is None else await change.models.created_by(once)
            if created is None:
                await _require_references(change, model, StoredModel(given, ()))
                created = await change.models.create(model, request=once)
        return messages.CreateModelResponse(model=show_model(created))

    async def UpdateModel(self, request: messages.UpdateModelRequest, context: Context) -> messages.UpdateModelResponse:
        """Changes a model."""
        (given,) = MODEL.read(request.model.name, "model.name")
        async with self._desk.changing(context) as change:
            model = await find(change.models, request.model.name, given)
            expected = expected_revision(request.model.etag, model)
            violations = Violations()
            wanted = changed(show_model(model), request.model, request.update_mask, MUTABLE)
            value = read_model(wanted, model.value.name, violations)
            violations.refuse()
            await _require_references(change, value, model.value)
            updated = await change.models.update(model.uid, value, expected=expected)
        return messages.UpdateModelResponse(model=show_model(updated))

    async def DeleteModel(self, request: messages.DeleteModelRequest, context: Context) -> messages.DeleteModelResponse:
        """Deletes a model for good."""
        (given,) = MODEL.read(request.name, "name")
        async with self._desk.changing(context) as change:
            model = await seek(change.models, given)
            if model is not None:
                expected = expected_revision(request.etag, model)
                await _require_unused(change, model.value.name)
                await delete_model(change, model.uid, expected=expected)
            elif not request.allow_missing:
                raise not_found(request.name)
        return messages.DeleteModelResponse()


async def _require_references(reading: Reading, model: StoredModel, before: StoredModel) -> None:
    """Refuses targets and fallbacks that do not exist; those that the model had already are not asked about."""
    violations = Violations()
    known = {target.provider for target in before.targets}
    missing = await _missing(reading.providers, {target.provider for target in model.targets} - known)
    for index, target in enumerate(model.targets):
        if target.provider in missing:
            violations.note(f"model.targets[{index}].provider", f"there is no {PROVIDER.write(target.provider)}")
    missing = await _missing(reading.models, set(model.fallback) - set(before.fallback))
    for index, name in enumerate(model.fallback):
        if name in missing:
            violations.note(f"model.fallbacks[{index}]", f"there is no {MODEL.write(name)}")
    violations.refuse()


async def _missing(records: Records[Any], names: Collection[str]) -> Collection[str]:
    page = Page(limit=len(names), where=(Where("name", "in", sorted(names)),))
    found = await records.page(page) if names else ()
    return set(names) - {one.value.name for one in found}


async def _require_unused(reading: Reading, name: str) -> None:
    users = [MODEL.write(model.value.name) for model in await every(reading.models) if name in model.value.fallback]
    if users:
        raise in_use(MODEL.write(name), users, "take it out of their fallbacks first")
