"""Makes the snapshot that calls work by out of what is stored. It cannot open secrets; who can is handed in."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.records.snapshot import Snapshot
from gateway_core.records.stored_model import StoredModel
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page
from gateway_core.storage.repositories import Records
from gateway_core.storage.store import Reading

R = TypeVar("R")
AT_ONCE = 1000


async def read_snapshot(reading: Reading, unseal: Callable[[SealedSecret], Secret], now: datetime) -> Snapshot:
    """Reads the configuration of one moment, with the prices in force then.

    A provider without credentials has nothing to call it with, and stands in the snapshot as it is stored.
    """
    credentials = await _credentials(reading, unseal)
    providers = {
        one.value.name: _provider(one.value, credentials.get(one.uid, ())) async for one in every(reading.providers)
    }
    prices = {
        (row.provider, row.model): row.price for row in await reading.prices.in_force(now) if row.min_input_tokens == 0
    }
    models = {one.value.name: _model(one.value, prices) async for one in every(reading.models)}
    return Snapshot(
        version=str(reading.version),
        created=int(now.timestamp()),
        providers=MappingProxyType(providers),
        models=MappingProxyType(models),
    )


async def every(records: Records[R]) -> AsyncIterator[Versioned[R]]:
    """Gives all records that are not deleted, page by page."""
    after = ""
    while True:
        page = await records.page(Page(after=after, limit=AT_ONCE))
        for record in page:
            yield record
        if len(page) < AT_ONCE:
            return
        after = page[-1].uid


async def _credentials(reading: Reading, unseal: Callable[[SealedSecret], Secret]) -> dict[str, tuple[Credential, ...]]:
    sealed = await reading.secrets.of("provider-key")
    found: dict[str, tuple[Credential, ...]] = {}
    async for one in every(reading.credentials):
        if one.uid in sealed:
            credential = Credential(one.value.name, unseal(sealed[one.uid]), one.value.weight)
            found[one.value.provider_uid] = (*found.get(one.value.provider_uid, ()), credential)
    return found


def _provider(stored: StoredProvider, credentials: tuple[Credential, ...]) -> Provider:
    return Provider(stored.name, stored.kind, stored.base_url, credentials, stored.balance, stored.timeouts)


def _model(stored: StoredModel, prices: dict[tuple[str, str], Price]) -> Model:
    targets = (
        Target(one.provider, one.model, one.weight, prices.get((one.provider, one.model))) for one in stored.targets
    )
    return Model(stored.name, tuple(targets), stored.strategy)
