"""The snapshot that calls work by, made of what is stored."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.records.setting import Setting
from gateway_core.records.snapshot import Snapshot
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.storage.everything import every
from gateway_core.storage.read_snapshot import read_snapshot
from gateway_core.storage.store import Changing, Store
from tests.fakes.sample_records import ACTOR, MOMENT
from tests.fakes.temporary_store import temporary_store

DAY = timedelta(days=1)
MANY = 1001


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """Gives an empty store."""
    async with temporary_store() as (opened, _):
        yield opened


def open_secret(sealed: SealedSecret) -> Secret:
    return Secret(sealed.ciphertext.decode())


async def snapshot(store: Store) -> Snapshot:
    async with store.reading() as reading:
        return await read_snapshot(reading, open_secret, MOMENT)


async def test_nothing_stored_is_an_empty_snapshot(store: Store) -> None:
    assert await snapshot(store) == Snapshot("0", int(MOMENT.timestamp()), {}, {})


async def test_providers_come_with_their_opened_credentials(store: Store) -> None:
    stored = StoredProvider("openai", "vllm", "http://gpu", "weighted", Timeouts(idle=1.0))
    async with store.changing(ACTOR) as change:
        provider = await change.providers.create(stored)
        for name, weight in (("a", 1), ("b", 3), ("c", 1)):
            made = await change.credentials.create(StoredCredential(provider.uid, name, "…", weight), uid=f"crd_{name}")
            await change.secrets.put(SealedSecret(made.uid, "provider-key", "k", b"", name.encode()))
        await change.credentials.delete("crd_c")
        await change.credentials.create(StoredCredential(provider.uid, "without a secret", "…"))
        await change.providers.delete((await change.providers.create(StoredProvider("gone", "openai"))).uid)
        await change.providers.create(StoredProvider("practice", "simulator"))
    credentials = (Credential("a", Secret("a")), Credential("b", Secret("b"), 3))
    assert (await snapshot(store)).providers == {
        "openai": Provider("openai", "vllm", "http://gpu", credentials, "weighted", Timeouts(idle=1.0)),
        "practice": Provider("practice", "simulator", "", ()),
    }


async def test_models_come_with_the_prices_in_force(store: Store) -> None:
    targets = (StoredTarget("openai", "gpt", 2), StoredTarget("other", "gpt"))
    async with store.changing(ACTOR) as change:
        for name in ("openai", "other"):
            await change.providers.create(StoredProvider(name, "simulator"))
        await change.models.create(StoredModel("fast", targets, "weighted"))
        for days, price in ((-2, 1), (-1, 2), (1, 3)):
            await change.prices.append("openai", "gpt", Price(price, price), effective_from=MOMENT + days * DAY)
        await change.prices.append("openai", "gpt", Price(9, 9), effective_from=MOMENT, min_input_tokens=1000)
    made = await snapshot(store)
    assert made.version == "1"
    assert made.models == {
        "fast": Model("fast", (Target("openai", "gpt", 2, Price(2, 2)), Target("other", "gpt")), "weighted")
    }


async def make_provider(change: Changing, name: str, *credentials: StoredCredential, disabled: bool = False) -> None:
    """Makes a provider with credentials that have secrets."""
    provider = await change.providers.create(StoredProvider(name, "openai", disabled=disabled))
    for credential in credentials:
        made = await change.credentials.create(replace(credential, provider_uid=provider.uid))
        await change.secrets.put(SealedSecret(made.uid, "provider-key", "k", b"", credential.name.encode()))


async def test_what_is_disabled_is_left_out_and_so_is_what_only_it_could_answer_for(store: Store) -> None:
    on, off = StoredCredential("", "on", "…"), StoredCredential("", "off", "…", disabled=True)
    async with store.changing(ACTOR) as change:
        await make_provider(change, "half", on, off)
        await make_provider(change, "locked", off)
        await make_provider(change, "off", on, disabled=True)
        await make_provider(change, "free")
        for name, *providers in (
            ("some", "off", "half", "locked", "gone", "free"),
            ("none", "off", "locked", "gone"),
        ):
            await change.models.create(StoredModel(name, tuple(StoredTarget(one, "m") for one in providers)))
        await change.models.create(StoredModel("hidden", (StoredTarget("half", "m"),), disabled=True))
    made = await snapshot(store)
    assert {name: [one.name for one in provider.credentials] for name, provider in made.providers.items()} == {
        "half": ["on"],
        "locked": [],
        "free": [],
    }
    assert {name: [target.provider for target in model.targets] for name, model in made.models.items()} == {
        "some": ["half", "free"]
    }


async def test_the_secret_of_a_disabled_credential_stays_closed(store: Store) -> None:
    async with store.changing(ACTOR) as change:
        await make_provider(change, "openai", StoredCredential("", "off", "…", disabled=True))

    def refuse(sealed: SealedSecret) -> Secret:
        raise AssertionError(sealed.owner)

    async with store.reading() as reading:
        assert (await read_snapshot(reading, refuse, MOMENT)).providers["openai"].credentials == ()


async def test_it_says_for_how_long_it_may_be_used_unconfirmed(store: Store) -> None:
    assert (await snapshot(store)).staleness_bound == 10.0
    async with store.changing(ACTOR) as change:
        await change.settings.create(Setting("gateway", '{"staleness_bound": 2.5}'))
    assert (await snapshot(store)).staleness_bound == 2.5


async def test_more_records_than_fit_a_page_are_all_read(store: Store) -> None:
    async with store.changing(ACTOR) as change:
        for number in range(MANY):
            await change.settings.create(Setting(f"s{number}", "1"))
    async with store.reading() as reading:
        assert len({setting.uid for setting in await every(reading.settings)}) == MANY


async def test_a_strategy_that_is_only_stored_acts_as_another(store: Store) -> None:
    async with store.changing(ACTOR) as change:
        await change.providers.create(StoredProvider("p", "simulator"))
        await change.models.create(StoredModel("m", (StoredTarget("p", "x"),), strategy="scored"))
    assert (await snapshot(store)).models["m"].strategy == "weighted"
