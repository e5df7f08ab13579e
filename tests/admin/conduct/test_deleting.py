"""What is deleted takes with it what hangs on it, and leaves the rest alone."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from admin.conduct.deleting import delete_credential, delete_model, delete_provider
from gateway_core.records.limit import Limit
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.storage.query import Page
from gateway_core.storage.storage_error import RevisionConflict
from gateway_core.storage.store import Changing, Store
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store

Deletion = Callable[..., Awaitable[None]]
PROVIDERS = ("prv_a", "prv_b")


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives a store with two providers, two credentials each with a secret, and a model, all with a limit."""
    async with temporary_store() as (opened, _):
        async with opened.changing(ACTOR) as change:
            for provider in PROVIDERS:
                await change.providers.create(StoredProvider(provider, "openai"), uid=provider)
                await limit(change, "provider", provider)
                for credential in (f"crd_{provider}_1", f"crd_{provider}_2"):
                    await change.credentials.create(StoredCredential(provider, credential, "…"), uid=credential)
                    await change.secrets.put(SealedSecret(credential, "provider-key", "key", b"w", b"c"))
                    await limit(change, "credential", credential)
            await change.models.create(StoredModel("fast", (StoredTarget("prv_a", "gpt"),)), uid="mdl_fast")
            await limit(change, "model", "mdl_fast")
        yield opened


async def limit(change: Changing, kind: str, uid: str) -> None:
    """Makes a limit on a record."""
    await change.limits.create(Limit(kind, uid, "cost", "month", 5))  # type: ignore[arg-type] # kinds of tests


async def left(store: Store) -> set[str]:
    """Gives what is left: uids of records and of owners of secrets, and what limits are on."""
    async with store.reading() as reading:
        uids = {record.uid for record in await reading.providers.page(Page())}
        uids |= {record.uid for record in await reading.credentials.page(Page())}
        uids |= {record.uid for record in await reading.models.page(Page())}
        uids |= {f"limit on {record.value.scope_id}" for record in await reading.limits.page(Page())}
        return uids | {f"secret of {owner}" for owner in await reading.secrets.of("provider-key")}


def with_all(*uids: str) -> set[str]:
    """Gives the records with their limits, and with their secrets if they have any."""
    secrets = {f"secret of {uid}" for uid in uids if uid.startswith("crd_")}
    return {*uids, *(f"limit on {uid}" for uid in uids), *secrets}


async def test_a_credential_goes_with_its_secret_and_limits(store: Store) -> None:
    before = await left(store)
    async with store.changing(ACTOR) as change:
        await delete_credential(change, "crd_prv_a_1")
    assert before - await left(store) == with_all("crd_prv_a_1")


async def test_a_provider_goes_with_its_credentials(store: Store) -> None:
    before = await left(store)
    async with store.changing(ACTOR) as change:
        await delete_provider(change, "prv_a")
    assert before - await left(store) == with_all("prv_a", "crd_prv_a_1", "crd_prv_a_2")


async def test_a_model_goes_with_its_limits(store: Store) -> None:
    before = await left(store)
    async with store.changing(ACTOR) as change:
        await delete_model(change, "mdl_fast")
    assert before - await left(store) == with_all("mdl_fast")


@pytest.mark.parametrize(
    ("delete", "uid"), [(delete_credential, "crd_prv_a_1"), (delete_provider, "prv_a"), (delete_model, "mdl_fast")]
)
async def test_what_has_changed_since_stays(store: Store, delete: Deletion, uid: str) -> None:
    before = await left(store)

    async def fail() -> None:
        async with store.changing(ACTOR) as change:
            await delete(change, uid, expected=7)

    with pytest.raises(RevisionConflict):
        await fail()
    assert await left(store) == before
