"""Puts providers and models into a store the way administrators do: credentials sealed, prices appended."""

from collections.abc import Iterable
from datetime import UTC, datetime

from gateway_core.identity.vault import Vault
from gateway_core.records.model import Model
from gateway_core.records.provider import Provider
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.secrets_at_rest.envelope import seal
from gateway_core.storage.store import Changing, Store
from tests.fakes.sample_records import ACTOR

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def seed(store: Store, vault: Vault, providers: Iterable[Provider], models: Iterable[Model]) -> None:
    """Stores them in one change."""
    async with store.changing(ACTOR) as change:
        for provider in providers:
            await store_provider(change, vault, provider)
        for model in models:
            await store_model(change, model)


async def store_provider(change: Changing, vault: Vault, provider: Provider) -> None:
    """Stores a provider. A credential with an empty secret is for kinds that need none: it is not stored."""
    made = await change.providers.create(
        StoredProvider(provider.name, provider.kind, provider.base_url, provider.balance, provider.timeouts)
    )
    for credential in provider.credentials:
        plaintext = credential.secret.reveal().encode()
        if plaintext:
            stored = StoredCredential(made.uid, credential.name, "…", credential.weight)
            owner = await change.credentials.create(stored)
            await change.secrets.put(
                seal(vault.master_keys.current, plaintext, owner=owner.uid, purpose="provider-key")
            )


async def store_model(change: Changing, model: Model) -> None:
    """Stores a model, and the prices of its targets as ones that have been in force for long."""
    targets = tuple(StoredTarget(target.provider, target.model, target.weight) for target in model.targets)
    await change.models.create(StoredModel(model.name, targets, model.strategy))
    for target in model.targets:
        if target.price is not None:
            await change.prices.append(target.provider, target.model, target.price, effective_from=LONG_AGO)
