"""What a good file declares."""

from datetime import UTC, datetime

import pytest

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
    Place,
)
from gateway_core.records.gateway_settings import GatewaySettings
from gateway_core.records.price import Price
from gateway_core.records.secret import Secret
from gateway_core.records.stored_model import Retries, StoredModel, StoredTarget
from gateway_core.records.stored_provider import Breaker, StoredProvider
from gateway_core.records.timeouts import Timeouts
from gateway_core.records.user import User
from tests.fakes.declarations import EVERYTHING, VARIABLES, declared

PRICE = Price(150_000, 600_000, 75_000, 1_000_000, 2_500_000, 3_000_000, 1, 40_000_000)
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


OPENAI = DeclaredProvider(
    StoredProvider(
        "openai",
        "openai",
        "https://api.openai.com/v1",
        "least_busy",
        Timeouts(1.0, 2.0, 3.0, 60.0, 3600.0),
        Breaker(4, 30.0),
    ),
    (
        DeclaredCredential("a", Secret("sk-one-0123456789")),
        DeclaredCredential("b", Secret("spare"), 2, disabled=True, allowances=(Allowance("concurrency", "moment", 9),)),
    ),
    (Allowance("tokens", "minute", 7),),
)
FAST = DeclaredModel(
    StoredModel(
        "fast",
        (StoredTarget("openai", "gpt-4o-mini", 3),),
        "scored",
        ("meta/slow",),
        Retries(3, 0.3, 0.2),
        "continue",
    ),
    (Allowance("tokens", "total", 5),),
)
ALICE = DeclaredUser(
    User("alice", "Alice", disabled=True, balance_nano=20 * 10**9),
    (
        DeclaredApiKey(
            "laptop",
            ("fast", "meta/*"),
            ("chat", "admin_read"),
            ("10.0.0.0/8",),
            NEW_YEAR,
            disabled=True,
            allowances=(Allowance("requests", "minute", 5),),
        ),
        DeclaredApiKey("other", expires_at=NEW_YEAR.replace(hour=10, minute=30)),
    ),
    (Allowance("requests", "month", 3), Allowance("cost", "month", 10 * 10**9)),
)


def test_every_key_of_the_format_becomes_a_record() -> None:
    slow = DeclaredModel(StoredModel("meta/slow", (StoredTarget("openai", "gpt-4o"),), disabled=True))
    assert declared(EVERYTHING, VARIABLES) == Declared(
        providers={"openai": OPENAI},
        models={"fast": FAST, "meta/slow": slow},
        prices={("openai", "gpt-4o-mini"): DeclaredPrice("openai", "gpt-4o-mini", PRICE)},
        users={"alice": ALICE},
        defaults=(
            Allowance("requests", "minute", 600),
            Allowance("tokens", "minute", 200_000),
            Allowance("concurrency", "moment", 50),
            Allowance("cost", "month", 100 * 10**9),
        ),
        settings=DeclaredSettings(GatewaySettings(30.0, store_prompts=True, redact_logs=False)),
    )


def test_a_declaration_knows_its_places() -> None:
    read = declared(EVERYTHING, VARIABLES)
    assert read.providers["openai"].place == Place(3, "providers.openai")
    assert read.providers["openai"].credentials[1].place.line == 8
    assert read.models["fast"].target_places == (Place(17, "models.fast.targets[0].provider"),)
    assert read.models["fast"].fallback_place.line == 23
    assert read.users["alice"].keys[1].place.path == "users.alice.keys[1]"
    assert read.defaults[3].place == Place(29, "defaults.quotas[0].cost_usd")


@pytest.mark.parametrize(
    ("networks", "expected"),
    [
        ("['0.0.0.0/0', '::/0']", ()),
        ("['0.0.0.0/0']", ("0.0.0.0/0",)),
        ("[10.0.0.0/8, 10.0.0.0/8, '2001:DB8::/32']", ("10.0.0.0/8", "2001:db8::/32")),
    ],
)
def test_networks_are_written_in_one_form_and_everywhere_is_none(networks: str, expected: tuple[str, ...]) -> None:
    read = declared(f"version: 1\nusers: {{a: {{keys: [{{name: k, networks: {networks}}}]}}}}\n")
    assert read.users["a"].keys[0].networks == expected


def test_openai_has_a_usual_address_and_others_have_none() -> None:
    read = declared("version: 1\nproviders: {o: {kind: openai}, s: {kind: simulator}}\n")
    assert read.providers["o"].value.base_url == "https://api.openai.com/v1"
    assert read.providers["s"].value.base_url == ""


def test_one_setting_makes_the_others_as_by_default() -> None:
    assert declared("version: 1\nstaleness_bound: 3s\n").settings == DeclaredSettings(GatewaySettings(3.0))
    assert declared("version: 1\nprivacy: {redact_logs: false}\n").settings == DeclaredSettings(
        GatewaySettings(redact_logs=False)
    )
    assert declared("version: 1\n").settings is None


def test_an_anchor_stands_for_a_whole_value() -> None:
    sections = "  a: {kind: simulator, timeouts: &t {idle: 7s}}\n  b: {kind: simulator, timeouts: *t}\n"
    providers = declared(f"version: 1\nproviders:\n{sections}").providers
    assert providers["a"].value.timeouts == providers["b"].value.timeouts == Timeouts(idle=7.0)


@pytest.mark.parametrize("secret", ["{a:b}", "${OTHER}", "null", "12"])
def test_a_variable_that_looks_like_yaml_or_a_reference_stays_text(secret: str) -> None:
    text = "version: 1\nproviders: {g: {kind: vllm, base_url: http://g, credentials: [{name: a, secret: '${K}'}]}}\n"
    assert declared(text, {"K": secret}).providers["g"].credentials[0].secret == Secret(secret)


def test_a_doubled_dollar_keeps_a_reference_from_being_one() -> None:
    text = "version: 1\nproviders: {g: {kind: vllm, base_url: http://g, credentials: [{name: a, secret: '$${K}'}]}}\n"
    assert declared(text).providers["g"].credentials[0].secret == Secret("${K}")
