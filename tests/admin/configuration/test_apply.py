"""What applying a file does to the records, and that it does all of it or nothing."""

import asyncio

import pytest

from admin.configuration.apply import apply
from admin.configuration.last_applied import NAME
from admin.configuration.problem import ConfigurationRefused
from gateway_core.errors import ResourceInUse
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.limit import Limit
from gateway_core.records.price import Price
from gateway_core.records.secret import Secret
from gateway_core.records.setting import Setting
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential
from gateway_core.records.user import User
from gateway_core.storage.gateway_settings import read_gateway_settings
from gateway_core.storage.query import Page, Where
from gateway_core.storage.storage_error import StorageError
from tests.fakes.declarations import EVERYTHING, VARIABLES, declared
from tests.fakes.declared_world import declared_world, later, told

PROVIDER = "version: 1\nproviders: {p: {kind: simulator, credentials: [{name: a, secret: %s}]}}\n"
SECRET = "s-0123456789abcdef"
USER = "version: 1\nusers: {alice: {balance_usd: 20, keys: [{name: laptop}]}}\n"
PRICED = "models: {m: {targets: [{provider: p, model: x, price: {input: %s, output: 1}}]}}\n"


async def test_every_record_is_as_the_file_says_and_belongs_to_it() -> None:
    async with declared_world() as world:
        await world.apply(EVERYTHING, VARIABLES)
        live = await world.live()
        assert {record.managed_by for record in live.records.values()} == {"file"}
        async with world.store.reading() as reading:
            settings, _ = await read_gateway_settings(reading)
            credential = await reading.credentials.find(Where("name", "=", "a"))
            limits = [one.value for one in await reading.limits.page(Page())]
            user = await reading.users.find(Where("name", "=", "alice"))
            (price,) = await reading.prices.in_force(later())
        assert settings == GatewaySettings(30.0, store_prompts=True, redact_logs=False)
        assert user is not None
        assert user.value == User("alice", "Alice", disabled=True, balance_nano=20 * 10**9)
        assert Limit("user", user.uid, "cost", "month", 10 * 10**9) in limits
        assert Limit("default", "", "requests", "minute", 600) in limits
        assert price.price.reasoning == 1
        assert credential is not None
        assert credential.value.hint == "6789"
        assert await world.secret_of("a") == Secret("sk-one-0123456789")
        assert await world.secret_of("b") == Secret("spare")


async def test_a_key_is_issued_once_and_later_only_changed() -> None:
    async with declared_world() as world:
        applied = await world.apply(USER)
        ((name, secret),) = applied.issued
        assert name == "users/alice/apiKeys/laptop"
        assert secret.reveal().startswith("gw_live_")
        (key,) = await world.api_keys()
        async with world.store.reading() as reading:
            kept = await reading.key_hashes.find(world.vault.peppers.hashes(secret.reveal()))
        assert kept is not None
        assert (kept.owner, kept.hint) == (key.uid, key.value.hint)
        again = await world.apply(USER.replace("{name: laptop}", "{name: laptop, disabled: true, models: [m]}"))
        (changed,) = await world.api_keys()
        assert again.issued == ()
        assert (changed.uid, changed.value.disabled, changed.value.models) == (key.uid, True, ("m",))
        assert changed.value.hint == key.value.hint


async def test_a_balance_that_was_spent_or_granted_stays() -> None:
    async with declared_world() as world:
        await world.apply(USER)
        user = await world.user("alice")
        assert user is not None
        async with world.changing() as change:
            await change.users.update(user.uid, User("alice", balance_nano=5))
        await world.apply(USER.replace("keys:", "display_name: Alice, keys:"))
        user = await world.user("alice")
        assert user is not None
        assert user.value == User("alice", "Alice", balance_nano=5)


async def test_a_user_that_leaves_the_file_can_come_back_with_its_keys() -> None:
    async with declared_world() as world:
        await world.apply(USER)
        user = await world.user("alice")
        assert user is not None
        await world.apply("version: 1\n")
        assert await world.user("alice") is None
        assert [key.deleted_at for key in await world.api_keys()] == [None]
        async with world.changing() as change:
            await change.users.undelete(user.uid)
        assert len((await world.live()).declared.users["alice"].keys) == 1


async def test_a_user_that_comes_back_in_the_file_is_a_new_one() -> None:
    async with declared_world() as world:
        first = await world.apply(USER)
        await world.apply("version: 1\n")
        second = await world.apply(USER)
        assert told(second.changes) == ["create users/alice", "create users/alice/apiKeys/laptop"]
        assert second.issued[0][1] != first.issued[0][1]


async def test_a_key_that_leaves_the_file_is_deleted() -> None:
    async with declared_world() as world:
        await world.apply(USER)
        await world.apply(USER.replace("[{name: laptop}]", "[]"))
        assert await world.api_keys() == []
        assert len(await world.api_keys(deleted=True)) == 1


async def test_another_secret_takes_the_place_of_the_one_before() -> None:
    async with declared_world() as world:
        await world.apply(PROVIDER % SECRET)
        await world.apply(PROVIDER % "other-0123456789abcd")
        assert await world.secret_of("a") == Secret("other-0123456789abcd")
        async with world.store.reading() as reading:
            credential = await reading.credentials.find(Where("name", "=", "a"))
            entries = await reading.audit.page(where=[Where("kind", "=", "credential")])
        assert credential is not None
        assert (credential.value.hint, credential.revision) == ("abcd", 2)
        assert [entry.action for entry in entries] == ["rotate", "create"]
        await world.apply((PROVIDER % "x").replace("secret: x", "weight: 2"))
        assert await world.secret_of("a") == Secret("other-0123456789abcd")


async def test_a_provider_takes_its_credentials_and_their_secrets_along() -> None:
    async with declared_world() as world:
        await world.apply(PROVIDER % SECRET)
        await world.apply("version: 1\n")
        async with world.store.reading() as reading:
            assert await reading.secrets.of("provider-key") == {}
            assert list(await reading.credentials.page(Page())) == []


async def test_a_new_price_is_a_new_row_and_the_same_price_is_none() -> None:
    async with declared_world() as world:
        for price in ("1", "1", "2", "2.000000"):
            await world.apply(PROVIDER % SECRET + PRICED % price)
        async with world.store.reading() as reading:
            rows = await reading.prices.history("p", "x")
        assert [(row.version, row.price, row.managed_by) for row in rows] == [
            (1, Price(1_000_000, 1_000_000), "file"),
            (2, Price(2_000_000, 1_000_000), "file"),
        ]
        await world.apply(PROVIDER % SECRET)
        assert (await world.live()).declared.prices["p", "x"].price == Price(2_000_000, 1_000_000)


async def test_settings_that_leave_the_file_are_as_by_default_again() -> None:
    async with declared_world() as world:
        await world.apply("version: 1\nstaleness_bound: 3s\n")
        await world.apply("version: 1\nstaleness_bound: 4s\n")
        async with world.store.reading() as reading:
            assert (await read_gateway_settings(reading))[0] == GatewaySettings(4.0)
        await world.apply("version: 1\n")
        async with world.store.reading() as reading:
            assert await read_gateway_settings(reading) == (GatewaySettings(), None)


async def test_limits_change_and_go() -> None:
    async with declared_world() as world:
        await world.apply("version: 1\ndefaults: {limits: {requests_per_minute: 5, concurrent_requests: 1}}\n")
        await world.apply("version: 1\ndefaults: {limits: {requests_per_minute: 6}}\n")
        async with world.store.reading() as reading:
            assert [one.value for one in await reading.limits.page(Page())] == [
                Limit("default", "", "requests", "minute", 6)
            ]


async def test_a_secret_that_does_not_open_is_replaced_by_the_one_of_the_file() -> None:
    async with declared_world() as world:
        text = PROVIDER % SECRET
        await world.apply(text)
        async with world.changing() as change:
            ((owner, sealed),) = (await change.secrets.of("provider-key")).items()
            damaged = type(sealed)(owner, sealed.purpose, sealed.key_id, sealed.wrapped, sealed.ciphertext[::-1])
            await change.secrets.put(damaged)
        assert told((await world.apply(text)).changes) == ["update providers/p/credentials/a!"]
        assert await world.secret_of("a") == Secret(SECRET)


async def test_nothing_is_changed_if_anything_stands_in_the_way() -> None:
    async with declared_world() as world:
        await world.apply(PROVIDER % SECRET)
        broken = "version: 1\nusers: {bob: {}}\nmodels: {m: {targets: [{provider: nobody, model: x}]}}\n"
        with pytest.raises(ConfigurationRefused) as refused:
            await world.apply(broken)
        (problem,) = refused.value.problems
        assert (problem.line, problem.path) == (3, "models.m.targets[0].provider")
        async with world.changing() as change:
            provider = await change.providers.find(Where("name", "=", "p"))
            assert provider is not None
            await change.models.create(StoredModel("theirs", (StoredTarget("p", "x"),)))
            version = change.version + 1
        with pytest.raises(ResourceInUse, match="providers/p cannot be deleted: models/theirs needs it") as in_use:
            await world.apply("version: 1\nusers: {bob: {}}\n")
        assert in_use.value.facts == {"resource": "providers/p"}
        assert await world.store.version() == version
        assert await world.user("bob") is None


async def test_a_failure_after_applying_takes_all_of_it_back() -> None:
    async with declared_world() as world:
        before = await world.store.version()

        async def fail() -> None:
            async with world.changing() as change:
                assert (await apply(change, world.vault, declared(USER), later())).grown
                raise RuntimeError

        with pytest.raises(RuntimeError):
            await fail()
        assert await world.user("alice") is None
        assert await world.store.version() == before


async def test_twenty_who_apply_the_same_at_once_make_it_once() -> None:
    async with declared_world() as world:
        done = await asyncio.gather(*(world.apply(USER) for _ in range(20)))
        assert sorted(len(one.changes) for one in done) == [0] * 19 + [2]
        assert sum(len(one.issued) for one in done) == 1
        assert len(await world.api_keys(deleted=True)) == 1
        assert len({one.grown for one in done}) == 2


async def test_what_is_kept_of_the_file_holds_no_secret() -> None:
    async with declared_world() as world:
        await world.apply(PROVIDER % SECRET)
        async with world.store.reading() as reading:
            settings = [one.value.value for one in await reading.settings.page(Page())]
            entries = await reading.audit.page()
        assert settings
        assert not any(SECRET in text for text in settings)
        assert not any(SECRET in f"{entry.before}{entry.after}" for entry in entries)


async def test_a_credential_that_others_added_stays() -> None:
    async with declared_world() as world:
        await world.apply(PROVIDER % SECRET)
        async with world.changing() as change:
            provider = await change.providers.find(Where("name", "=", "p"))
            assert provider is not None
            await change.credentials.create(StoredCredential(provider.uid, "theirs", ""))
        assert (await world.apply(PROVIDER % SECRET)).changes == ()
        assert [one.name for one in (await world.live()).declared.providers["p"].credentials] == ["a", "theirs"]


async def test_what_was_applied_last_must_be_readable() -> None:
    async with declared_world() as world:
        await world.apply(USER)
        async with world.changing() as change:
            setting = await change.settings.find(Where("name", "=", NAME))
            assert setting is not None
            await change.settings.update(setting.uid, Setting(NAME, "[]"))
        with pytest.raises(StorageError, match=f"the setting `{NAME}` cannot be read"):
            await world.plan(USER)
