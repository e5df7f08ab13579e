"""Makes the snapshot that calls work by out of what is stored. It cannot open secrets; who can is handed in."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from types import MappingProxyType
from typing import Final

from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.records.snapshot import Snapshot
from gateway_core.records.stored_model import StoredModel
from gateway_core.records.stored_provider import StoredProvider
from gateway_core.storage.everything import every
from gateway_core.storage.gateway_settings import read_gateway_settings
from gateway_core.storage.store import Reading

ACTS_AS: Final[Mapping[str, str]] = MappingProxyType({"scored": "weighted"})
"""Strategies that are stored already, and what they act as as long as nothing better is there."""


async def read_snapshot(reading: Reading, unseal: Callable[[SealedSecret], Secret], now: datetime) -> Snapshot:
    """Reads the configuration of one moment, with the prices in force then.

    What is disabled is left out: providers, credentials, models, and targets that nothing can answer for, because
    their provider is disabled, gone, or has no credential that works. So is a model that has no other targets. A
    provider that never had credentials stands in the snapshot as it is stored: some kinds need none.
    """
    credentials = await _credentials(reading, unseal)
    enabled = [one for one in await every(reading.providers) if not one.value.disabled]
    providers = {one.value.name: _provider(one.value, credentials.get(one.uid, ())) for one in enabled}
    answering = {one.value.name for one in enabled if credentials.get(one.uid) != ()}
    prices = {
        (row.provider, row.model): row.price for row in await reading.prices.in_force(now) if row.min_input_tokens == 0
    }
    models = [_model(one.value, answering, prices) for one in await every(reading.models) if not one.value.disabled]
    settings, _ = await read_gateway_settings(reading)
    return Snapshot(
        version=str(reading.version),
        created=int(now.timestamp()),
        providers=MappingProxyType(providers),
        models=MappingProxyType({model.name: model for model in models if model.targets}),
        staleness_bound=settings.staleness_bound,
    )


async def _credentials(reading: Reading, unseal: Callable[[SealedSecret], Secret]) -> dict[str, tuple[Credential, ...]]:
    """Gives the credentials that work, by the uid of each provider that has any, be it only such as do not work."""
    sealed = await reading.secrets.of("provider-key")
    found: dict[str, tuple[Credential, ...]] = {}
    for one in await every(reading.credentials):
        working = found.setdefault(one.value.provider_uid, ())
        if one.uid in sealed and not one.value.disabled:
            credential = Credential(one.value.name, unseal(sealed[one.uid]), one.value.weight)
            found[one.value.provider_uid] = (*working, credential)
    return found


def _provider(stored: StoredProvider, credentials: tuple[Credential, ...]) -> Provider:
    return Provider(stored.name, stored.kind, stored.base_url, credentials, stored.balance, stored.timeouts)


def _model(stored: StoredModel, answering: AbstractSet[str], prices: Mapping[tuple[str, str], Price]) -> Model:
    targets = (
        Target(one.provider, one.model, one.weight, prices.get((one.provider, one.model)))
        for one in stored.targets
        if one.provider in answering
    )
    return Model(stored.name, tuple(targets), ACTS_AS.get(stored.strategy, stored.strategy))
