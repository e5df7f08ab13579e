"""What a plan says, in words: which record is made, changed, deleted or taken over, and what stands in the way."""

import pytest

from admin.configuration.differences import FieldChange
from gateway_core.records.limit import Limit
from gateway_core.records.price import Price
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.records.user import User
from gateway_core.storage.query import Where
from tests.fakes.declarations import EVERYTHING, VARIABLES
from tests.fakes.declared_world import DeclaredWorld, declared_world, later, told

PROVIDER = "version: 1\nproviders:\n  p:\n    kind: simulator\n"
CREDENTIAL = "    credentials: [{name: a, secret: s-0123456789abcdef}]\n"
MODEL = "models:\n  m:\n    targets: [{provider: p, model: x, price: {input: 0.15, output: 1}}]\n"
WHOLE = PROVIDER + CREDENTIAL + MODEL
USER = "version: 1\nusers:\n  alice:\n    keys: [{name: laptop}]\n    limits: {requests_per_minute: 5}\n"


async def edit_model(world: DeclaredWorld, model: StoredModel) -> None:
    async with world.changing() as change:
        found = await change.models.find(Where("name", "=", model.name))
        assert found
        await change.models.update(found.uid, model)


async def test_a_first_plan_makes_everything_in_an_order_that_works() -> None:
    async with declared_world() as world:
        made = await world.plan(EVERYTHING, VARIABLES)
        assert told(made.changes) == [
            "create settings",
            "create providers/openai",
            "create providers/openai/credentials/a",
            "create providers/openai/credentials/b",
            "create models/fast",
            "create models/meta/slow",
            "create prices/openai#gpt-4o-mini",
            "create users/alice",
            "create users/alice/apiKeys/laptop",
            "create users/alice/apiKeys/other",
            "create limits/defaults#requests/minute",
            "create limits/defaults#tokens/minute",
            "create limits/defaults#concurrency/moment",
            "create limits/defaults#cost/month",
            "create limits/providers/openai#tokens/minute",
            "create limits/providers/openai/credentials/b#concurrency/moment",
            "create limits/models/fast#tokens/total",
            "create limits/users/alice#requests/month",
            "create limits/users/alice#cost/month",
            "create limits/users/alice/apiKeys/laptop#requests/minute",
        ]
        assert made.refusals == ()
        resources = [one.resource for one in made.changes]
        assert resources[6] == "prices"
        assert set(resources[10:]) == {"limits"}
        assert [one.line for one in made.changes[:3]] == [40, 3, 7]


async def test_what_was_applied_is_nothing_to_change() -> None:
    async with declared_world() as world:
        await world.apply(EVERYTHING, VARIABLES)
        assert (await world.plan(EVERYTHING, VARIABLES)).changes == ()
        assert (await world.apply(EVERYTHING, VARIABLES)).grown is False


async def test_fields_that_change_are_pointed_at_and_no_secret_is_shown() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        text = WHOLE.replace("s-0123456789abcdef", "another-secret-012").replace(
            "kind: simulator", "kind: simulator\n    timeouts: {idle: 7s}"
        )
        text = text.replace("0.15", "0.25").replace("targets: [", "targets: [{provider: p, model: y}, ")
        made = await world.plan(text)
        assert told(made.changes) == [
            "update providers/p",
            "update providers/p/credentials/a",
            "update models/m",
            "update prices/p#x",
        ]
        assert [one.fields for one in made.changes] == [
            (FieldChange("timeouts.idle", '"30s"', '"7s"'),),
            (FieldChange("secret", '"***"', '"***"'),),
            (
                FieldChange("targets[0].model", '"x"', '"y"'),
                FieldChange("targets[1]", None, '{"provider":"p","model":"x","weight":1}'),
            ),
            (FieldChange("input", '"0.15"', '"0.25"'),),
        ]
        assert "0123456789" not in repr(made.changes)


async def test_a_record_that_somebody_changed_since_is_drift_only_where_the_file_undoes_it() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        await edit_model(world, StoredModel("m", (StoredTarget("p", "x"),), strategy="random"))
        (change,) = (await world.plan(WHOLE)).changes
        assert told((change,)) == ["update models/m!"]
        assert change.fields == (FieldChange("strategy", '"random"', '"fixed"'),)
        as_edited = WHOLE.replace("  m:\n", "  m:\n    strategy: random\n")
        assert (await world.plan(as_edited)).changes == ()
        both = as_edited.replace("  m:\n", "  m:\n    disabled: true\n")
        assert told((await world.plan(both)).changes) == ["update models/m"]


async def test_a_record_that_somebody_deleted_since_is_made_again_as_drift() -> None:
    async with declared_world() as world:
        await world.apply(USER)
        user = await world.user("alice")
        assert user
        async with world.changing() as change:
            await change.users.delete(user.uid)
        assert told((await world.plan(USER)).changes) == [
            "create users/alice!",
            "create users/alice/apiKeys/laptop!",
            "create limits/users/alice#requests/minute!",
        ]


async def test_a_secret_that_somebody_rotated_is_drift_and_a_file_without_it_keeps_it() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        (changed,) = (await world.plan(WHOLE.replace("s-0123456789abcdef", "other-0123456789ab"))).changes
        assert changed.drift is False
        async with world.changing() as change:
            found = await change.credentials.find(Where("name", "=", "a"))
            assert found
            await change.secrets.remove(found.uid)
        assert told((await world.plan(WHOLE)).changes) == ["update providers/p/credentials/a!"]
        assert (await world.plan(WHOLE.replace(", secret: s-0123456789abcdef", ""))).changes == ()


async def test_what_others_made_is_taken_over_where_the_file_names_it_and_left_alone_otherwise() -> None:
    async with declared_world() as world:
        async with world.changing() as change:
            await change.providers.create(StoredProvider("p", "simulator"))
            await change.models.create(StoredModel("m", (StoredTarget("p", "y"),)), managed_by="bootstrap")
            await change.users.create(User("bob"))
        made = await world.plan(PROVIDER + MODEL)
        assert told(made.changes) == ["adopt providers/p+", "update models/m+", "create prices/p#x"]
        assert made.changes[0].fields == ()
        await world.apply(PROVIDER + MODEL)
        assert {record.key: record.managed_by for record in (await world.live()).records.values()} == {
            "providers/p": "file",
            "models/m": "file",
            "prices/p#x": "file",
            "users/bob": "api",
        }
        assert (await world.plan(PROVIDER + MODEL)).changes == ()


async def test_what_the_file_made_and_no_longer_names_is_deleted_in_an_order_that_works() -> None:
    async with declared_world() as world:
        await world.apply(EVERYTHING, VARIABLES)
        made = await world.plan("version: 1\n")
        assert told(made.changes) == [
            "delete limits/defaults#concurrency/moment",
            "delete limits/defaults#cost/month",
            "delete limits/defaults#requests/minute",
            "delete limits/defaults#tokens/minute",
            "delete limits/models/fast#tokens/total",
            "delete limits/providers/openai#tokens/minute",
            "delete limits/providers/openai/credentials/b#concurrency/moment",
            "delete users/alice",
            "delete models/fast",
            "delete models/meta/slow",
            "delete providers/openai/credentials/a",
            "delete providers/openai/credentials/b",
            "delete providers/openai",
            "delete settings",
        ]
        assert all((one.fields, one.line) == ((), 0) for one in made.changes)
        assert made.changes[0].resource.startswith("limits/lim_")


async def test_a_record_that_somebody_changed_is_deleted_as_drift() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        await edit_model(world, StoredModel("m", (StoredTarget("p", "x"),), disabled=True))
        assert told((await world.plan(PROVIDER + CREDENTIAL)).changes) == ["delete models/m!"]


async def test_a_limit_that_others_set_goes_with_what_it_bounds() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        async with world.changing() as change:
            model = await change.models.find(Where("name", "=", "m"))
            assert model
            await change.limits.create(Limit("model", model.uid, "tokens", "day", 5))
        assert (await world.plan(WHOLE)).changes == ()
        assert told((await world.plan(PROVIDER + CREDENTIAL)).changes) == [
            "delete limits/models/m#tokens/day",
            "delete models/m",
        ]


@pytest.mark.parametrize("kept", ["model", "credential", "fallback"])
async def test_what_others_need_cannot_be_deleted(kept: str) -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        async with world.changing() as change:
            provider = await change.providers.find(Where("name", "=", "p"))
            assert provider
            if kept == "model":
                await change.models.create(StoredModel("theirs", (StoredTarget("p", "x"),)))
            elif kept == "credential":
                await change.credentials.create(StoredCredential(provider.uid, "theirs", ""))
            else:
                await change.providers.create(StoredProvider("q", "simulator"))
                await change.models.create(StoredModel("theirs", (StoredTarget("q", "x"),), fallback=("m",)))
        made = await world.plan("version: 1\n")
        (refusal,) = made.refusals
        assert refusal.severity == "in_use"
        assert refusal.place.path == ("models.m" if kept == "fallback" else "providers.p")
        user = "providers/p/credentials/theirs" if kept == "credential" else "models/theirs"
        assert refusal.sentence == f"cannot be deleted: {user} needs it, and the file does not name that"


async def test_a_target_and_a_fallback_must_be_there_afterwards() -> None:
    text = (
        "version: 1\n"
        "models:\n"
        "  m:\n"
        "    targets:\n"
        "      - {provider: theirs, model: x}\n"
        "      - {provider: mine, model: x}\n"
        "    fallback: [n, fst]\n"
    )
    async with declared_world() as world:
        async with world.changing() as change:
            await change.providers.create(StoredProvider("theirs", "simulator"))
            await change.providers.create(StoredProvider("mine", "simulator"), managed_by="file")
            await change.models.create(StoredModel("fast", (StoredTarget("theirs", "x"),)))
        found = [
            (finding.place.line, finding.place.path, finding.sentence) for finding in (await world.plan(text)).refusals
        ]
        assert found == [
            (6, "models.m.targets[1].provider", "there is no provider of this name"),
            (7, "models.m.fallback", "there is no model `n`"),
            (7, "models.m.fallback", "there is no model `fst`, did you mean `fast`?"),
        ]


async def test_a_new_credential_needs_a_secret_and_an_old_one_does_not() -> None:
    async with declared_world() as world:
        text = WHOLE.replace(", secret: s-0123456789abcdef", "")
        (finding,) = (await world.plan(text)).refusals
        assert (finding.severity, finding.place.path) == ("error", "providers.p.credentials[0]")
        assert finding.sentence.startswith("`secret` is missing")
        await world.apply(WHOLE)
        assert (await world.plan(text)).refusals == ()


async def test_a_revoked_key_stays_as_it_is_whether_the_file_names_it_or_not() -> None:
    async with declared_world() as world:
        await world.apply(USER)
        (key,) = await world.api_keys()
        async with world.changing() as change:
            revoked = StoredApiKey(key.value.user_uid, "laptop", "", revoked_at=later())
            await change.api_keys.update(key.uid, revoked)
        made = await world.plan(USER.replace("{name: laptop}", "{name: laptop, disabled: true}"))
        assert (made.changes, made.refusals) == ((), ())
        (warning,) = made.findings
        assert (warning.severity, warning.place.line) == ("warning", 4)
        assert warning.sentence.startswith("the key was revoked")
        assert (await world.plan(USER.replace("[{name: laptop}]", "[]"))).changes == ()


async def test_a_balance_counts_only_when_the_user_is_made() -> None:
    async with declared_world() as world:
        text = "version: 1\nusers: {alice: {balance_usd: 20}}\n"
        (made,) = (await world.apply(text)).changes
        assert made.fields[0] == FieldChange("balance_usd", None, '"20"')
        assert (await world.plan(text.replace("20", "30"))).changes == ()


async def test_a_price_that_others_set_since_is_drift() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        async with world.changing() as change:
            await change.prices.append("p", "x", Price(1, 1), effective_from=later())
        made = await world.plan(WHOLE)
        assert told(made.changes) == ["update prices/p#x!"]
        assert made.changes[0].resource.startswith("prices/prc_")
        assert made.changes[0].adopted is False


async def test_a_price_for_long_prompts_is_no_business_of_the_file() -> None:
    async with declared_world() as world:
        await world.apply(WHOLE)
        async with world.changing() as change:
            await change.prices.append("p", "x", Price(9, 9), effective_from=later(), min_input_tokens=1000)
        assert (await world.plan(WHOLE)).changes == ()
