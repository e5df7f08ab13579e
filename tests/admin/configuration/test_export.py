"""A file that is written declares what it was written from, and exporting what is there changes nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.configuration.declared import (
    Allowance,
    Declared,
    DeclaredApiKey,
    DeclaredCredential,
    DeclaredModel,
    DeclaredPrice,
    DeclaredProvider,
    DeclaredSettings,
    DeclaredUser,
)
from admin.configuration.yaml_text import write_yaml, written
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.limit import Limit, Measure, Period
from gateway_core.records.price import Price
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_model import Retries, StoredModel, StoredTarget
from gateway_core.records.stored_provider import Breaker, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.records.user import User
from gateway_core.storage.query import Where
from tests.fakes.declarations import EVERYTHING, VARIABLES, declared
from tests.fakes.declared_world import declared_world, later, told

KINDS: list[tuple[Measure, Period]] = [
    ("requests", "minute"),
    ("tokens", "minute"),
    ("concurrency", "moment"),
    *((measure, per) for per in ("day", "month", "total") for measure in ("requests", "tokens", "cost")),
]
NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:@+~-]{0,8}", fullmatch=True) | st.sampled_from(
    ["null", "1", "true", "on", "2027-01-01"]
)
TEXTS = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=12
) | st.sampled_from(["${A}", "$${A}", "42", "yes", "*", "~", "#x", "a: b"])
WORDS = TEXTS.filter(lambda text: " " not in text)
SECONDS = st.integers(1, 3_600_000_000_000).map(lambda nanoseconds: nanoseconds / 10**9)
FLAGS = st.booleans()
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(9000, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001 # the zone follows


def unique(names: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(names, max_size=2, unique=True)


@st.composite
def allowances(draw: st.DrawFn) -> tuple[Allowance, ...]:
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=4, unique=True))
    made = [Allowance(measure, per, draw(st.integers(1, 9 * 10**18))) for measure, per in kinds]
    return tuple(sorted(made, key=lambda one: KINDS.index((one.measure, one.per))))


@st.composite
def providers(draw: st.DrawFn, name: str) -> DeclaredProvider:
    kind = draw(st.sampled_from(["openai", "vllm", "simulator"]))
    address = "" if kind == "simulator" else draw(st.sampled_from(["https://api.openai.com/v1", "http://${H}:1/x"]))
    value = StoredProvider(
        name,
        kind,
        address,
        draw(st.sampled_from(["round_robin", "weighted", "random", "least_busy"])),
        Timeouts(*(draw(SECONDS) for _ in range(5))),
        Breaker(draw(st.integers(1, 1000)), draw(SECONDS)),
        draw(FLAGS),
    )
    credentials = tuple(
        DeclaredCredential(one, None, draw(st.integers(1, 1000)), draw(FLAGS), draw(allowances()))
        for one in sorted(draw(unique(NAMES)))
    )
    return DeclaredProvider(value, credentials, draw(allowances()))


@st.composite
def models(draw: st.DrawFn, name: str) -> DeclaredModel:
    pairs = draw(st.lists(st.tuples(NAMES, WORDS), min_size=1, max_size=2, unique=True))
    value = StoredModel(
        name,
        tuple(StoredTarget(provider, model, draw(st.integers(1, 1000))) for provider, model in pairs),
        draw(st.sampled_from(["fixed", "round_robin", "weighted", "random", "least_busy", "scored"])),
        tuple(one for one in draw(unique(NAMES)) if one != name),
        Retries(
            draw(st.integers(0, 10)), draw(st.integers(1, 60 * 10**9)) / 10**9, draw(st.integers(0, 10**9)) / 10**9
        ),
        draw(st.sampled_from(["fail", "restart", "continue"])),
        draw(FLAGS),
    )
    return DeclaredModel(value, draw(allowances()))


@st.composite
def users(draw: st.DrawFn, name: str) -> DeclaredUser:
    keys = tuple(
        DeclaredApiKey(
            one,
            tuple(draw(st.lists(TEXTS, min_size=1, max_size=2, unique=True))),
            tuple(draw(st.lists(st.sampled_from(["chat", "embeddings", "*"]), min_size=1, unique=True))),
            tuple(draw(st.lists(st.sampled_from(["10.0.0.0/8", "::/0", "1.2.3.4/32"]), max_size=2, unique=True))),
            draw(st.none() | MOMENTS),
            draw(FLAGS),
            draw(allowances()),
        )
        for one in sorted(draw(unique(NAMES)))
    )
    balance = draw(st.none() | st.integers(0, 10**18))
    return DeclaredUser(User(name, draw(st.just("") | TEXTS), draw(FLAGS), balance), keys, draw(allowances()))


@st.composite
def some_models(draw: st.DrawFn) -> Declared:
    name = draw(st.lists(NAMES, min_size=1, max_size=2).map("/".join))
    model = draw(models(name))
    amounts = st.integers(0, 10**12)
    prices = {
        (target.provider, target.model): DeclaredPrice(
            target.provider,
            target.model,
            Price(draw(amounts), draw(amounts), draw(st.none() | amounts), audio_output=draw(st.none() | amounts)),
        )
        for target in model.value.targets
        if draw(FLAGS)
    }
    return Declared(models={name: model}, prices=prices)


@st.composite
def the_rest(draw: st.DrawFn) -> Declared:
    bound = draw(st.none() | st.integers(1, 300))
    return Declared(
        defaults=draw(allowances()),
        settings=None if bound is None else DeclaredSettings(GatewaySettings(float(bound), draw(FLAGS), draw(FLAGS))),
    )


DECLARATIONS = st.one_of(
    NAMES.flatmap(lambda name: providers(name).map(lambda one: Declared(providers={name: one}))),
    NAMES.flatmap(lambda name: users(name).map(lambda one: Declared(users={name: one}))),
    some_models(),
    the_rest(),
)


@given(DECLARATIONS)
def test_what_is_written_declares_the_same(made: Declared) -> None:
    text = write_yaml({"version": 1, **written(made)})
    read = declared(text)
    assert read == made
    assert write_yaml({"version": 1, **written(read)}) == text


async def test_an_export_plans_nothing_and_takes_over_what_others_made() -> None:
    async with declared_world() as world:
        await world.apply(EVERYTHING, VARIABLES)
        async with world.changing() as change:
            bob = await change.users.create(User("bob", "${BOB}", balance_nano=-5))
            await change.api_keys.create(StoredApiKey(bob.uid, "k", "", operations=("*",)))
            await change.api_keys.create(StoredApiKey(bob.uid, "gone", "", revoked_at=later()))
            await change.limits.create(Limit("user", bob.uid, "cost", "total", 1))
            await change.models.create(StoredModel("b/theirs", (StoredTarget("openai", "x"),)))
            await change.prices.append("openai", "x", Price(1, 2), effective_from=later() - timedelta(seconds=1))
        text = await world.export()
        assert text == await world.export()
        assert "gone" not in text
        assert "sk-one" not in text
        made = await world.plan(text)
        assert made.refusals == ()
        assert told(made.changes) == [
            "adopt models/b/theirs+",
            "adopt users/bob+",
            "adopt users/bob/apiKeys/k+",
            "adopt limits/users/bob#cost/total+",
        ]
        await world.apply(text)
        assert (await world.plan(text)).changes == ()
        assert await world.export() == text


async def test_an_export_of_one_owner_leaves_out_what_hangs_on_the_records_of_others() -> None:
    async with declared_world() as world:
        await world.apply(EVERYTHING, VARIABLES)
        async with world.changing() as change:
            alice = await change.users.find(Where("name", "=", "alice"))
            assert alice is not None
            await change.api_keys.create(StoredApiKey(alice.uid, "theirs", ""))
            await change.users.create(User("bob"))
        of_file = await world.export("file")
        assert "theirs" not in of_file
        assert "bob" not in of_file
        assert (await world.plan(of_file)).changes == ()
        of_api = declared(await world.export("api"))
        assert (list(of_api.users), list(of_api.providers)) == (["bob"], [])


@pytest.mark.parametrize("text", ["version: 1\n", EVERYTHING])
async def test_an_export_makes_another_gateway_the_same_but_for_secrets(text: str) -> None:
    async with declared_world() as world, declared_world() as other:
        await world.apply(text, VARIABLES)
        exported = await world.export()
        given = exported.replace("{name: a}", "{name: a, secret: s}").replace(
            "- name: b", "- name: b\n        secret: s"
        )
        await other.apply(given)
        assert await other.export() == exported


async def test_an_export_looks_as_a_person_would_write_it() -> None:
    async with declared_world() as world:
        await world.apply(
            "version: 1\n"
            "users: {b: {}, a: {balance_usd: 0.5, keys: [{name: k, expires: 2027-01-01}]}}\n"
            "providers: {p: {kind: simulator, timeouts: {idle: 500ms}}}\n"
            "models: {m: {targets: [{provider: p, model: x, price: {input: 0.150, output: 1}}]}}\n"
            "defaults: {limits: {requests_per_minute: 600}, quotas: [{per: month, cost_usd: 100.0}]}\n"
        )
        assert (await world.export()).partition("\n")[2] == (
            "version: 1\n"
            "providers:\n"
            "  p:\n"
            "    kind: simulator\n"
            "    timeouts: {idle: 0.5s}\n"
            "models:\n"
            "  m:\n"
            "    targets:\n"
            "      - provider: p\n"
            "        model: x\n"
            "        price: {input: 0.15, output: 1}\n"
            "defaults:\n"
            "  limits: {requests_per_minute: 600}\n"
            "  quotas:\n"
            "    - {per: month, cost_usd: 100}\n"
            "users:\n"
            "  a:\n"
            "    balance_usd: 0.5\n"
            "    keys:\n"
            "      - {name: k, expires: '2027-01-01'}\n"
            "  b: {}\n"
        )
