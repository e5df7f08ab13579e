"""ProviderService: keeps the places that answer."""

from types import MappingProxyType
from typing import Final

from admin.conduct import filters
from admin.conduct.deleting import delete_provider
from admin.conduct.desk import Desk
from admin.conduct.etags import expected_revision
from admin.conduct.finding import find, list_page, not_found, seek
from admin.conduct.in_use import in_use
from admin.conduct.masks import changed
from admin.conduct.names import CREDENTIAL, MODEL, PROVIDER, require_id
from admin.conduct.violations import Violations
from admin.translation.providers import KIND_NAMES, MUTABLE, forget_usual_address, read_provider, show_provider
from admin.translation.stamps import OWNER_NAMES
from gateway_core.interceptors.around import Context
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.records.versioned import Versioned
from gateway_core.storage.everything import every
from gateway_core.storage.query import Where
from gateway_core.storage.store import Reading
from weir.admin.v1 import provider_service_pb2 as messages
from weir.admin.v1.provider_service_pb2_grpc import ProviderServiceServicer

FIELDS: Final = MappingProxyType(
    {
        "id": filters.text("name"),
        "base_url": filters.text("base_url"),
        "kind": filters.choice("kind", KIND_NAMES),
        "disabled": filters.truth("disabled"),
        "managed_by": filters.choice("managed_by", OWNER_NAMES),
        "create_time": filters.moment("created_at"),
        "update_time": filters.moment("updated_at"),
    }
)


class ProviderService(ProviderServiceServicer):
    """Keeps providers."""

    def __init__(self, desk: Desk) -> None:
        """Takes what it works with."""
        self._desk = desk

    async def ListProviders(
        self, request: messages.ListProvidersRequest, context: Context
    ) -> messages.ListProvidersResponse:
        """Gives a page of providers."""
        del context
        async with self._desk.reading() as reading:
            page = await list_page(reading.providers, request, FIELDS)
        return messages.ListProvidersResponse(providers=map(show_provider, page.page), next_page_token=page.next_token)

    async def GetProvider(self, request: messages.GetProviderRequest, context: Context) -> messages.GetProviderResponse:
        """Describes one provider."""
        del context
        (given,) = PROVIDER.read(request.name, "name")
        async with self._desk.reading() as reading:
            provider = await find(reading.providers, request.name, given)
        return messages.GetProviderResponse(provider=show_provider(provider))

    async def CreateProvider(
        self, request: messages.CreateProviderRequest, context: Context
    ) -> messages.CreateProviderResponse:
        """Makes a provider."""
        violations = Violations()
        given = require_id(request.provider_id, "provider_id")
        provider = read_provider(request.provider, given, violations)
        violations.refuse()
        once = self._desk.request(request)
        async with self._desk.changing(context) as change:
            created = await change.providers.create(provider, request=once)
        return messages.CreateProviderResponse(provider=show_provider(created))

    async def UpdateProvider(
        self, request: messages.UpdateProviderRequest, context: Context
    ) -> messages.UpdateProviderResponse:
        """Changes a provider."""
        (given,) = PROVIDER.read(request.provider.name, "provider.name")
        async with self._desk.changing(context) as change:
            provider = await find(change.providers, request.provider.name, given)
            expected = expected_revision(request.provider.etag, provider)
            violations = Violations()
            wanted = changed(show_provider(provider), request.provider, request.update_mask, MUTABLE)
            forget_usual_address(wanted, provider.value)
            value = read_provider(wanted, provider.value.name, violations)
            violations.refuse()
            updated = await change.providers.update(provider.uid, value, expected=expected)
        return messages.UpdateProviderResponse(provider=show_provider(updated))

    async def DeleteProvider(
        self, request: messages.DeleteProviderRequest, context: Context
    ) -> messages.DeleteProviderResponse:
        """Deletes a provider for good."""
        (given,) = PROVIDER.read(request.name, "name")
        async with self._desk.changing(context) as change:
            provider = await seek(change.providers, given)
            if provider is not None:
                expected = expected_revision(request.etag, provider)
                await _require_unused(change, provider, force=request.force)
                await delete_provider(change, provider.uid, expected=expected)
            elif not request.allow_missing:
                raise not_found(request.name)
        return messages.DeleteProviderResponse()


async def _require_unused(reading: Reading, provider: Versioned[StoredProvider], *, force: bool) -> None:
    """Refuses to delete a provider that models have among their targets, or that has credentials without `force`."""
    name = provider.value.name
    models = [
        MODEL.write(model.value.name)
        for model in await every(reading.models)
        if any(target.provider == name for target in model.value.targets)
    ]
    if models:
        raise in_use(PROVIDER.write(name), models, "take it out of their targets first")
    credentials = [
        CREDENTIAL.write(name, credential.value.name)
        for credential in await every(reading.credentials, Where("provider_uid", "=", provider.uid))
    ]
    if credentials and not force:
        raise in_use(PROVIDER.write(name), credentials, "delete them first, or with it: set `force`")
