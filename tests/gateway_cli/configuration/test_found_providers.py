"""Providers that no file names."""

import pytest

from gateway_core.records.model import Model, Target
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from tests.fakes.configurations import loaded, problems

OTHER = "version: 1\nproviders: {other: {kind: simulator}}\n"


def test_a_key_of_openai_adds_the_provider_its_models_and_a_note() -> None:
    configuration = loaded(None, {"OPENAI_API_KEY": "sk-x"})
    assert configuration.core.providers == {
        "openai": Provider(
            "openai", "openai", "https://api.openai.com/v1", (Credential("OPENAI_API_KEY", Secret("sk-x")),)
        )
    }
    assert list(configuration.core.models) == [
        "gpt-4o",
        "gpt-4o-mini",
        "gpt-4.1",
        "gpt-4.1-mini",
        "o4-mini",
        "gpt-5",
        "gpt-5-mini",
    ]
    assert configuration.core.models["gpt-5"] == Model("gpt-5", (Target("openai", "gpt-5"),))
    assert configuration.notes == ("provider openai from OPENAI_API_KEY",)


def test_the_address_of_openai_can_be_given_too() -> None:
    variables = {"OPENAI_API_KEY": "sk-x", "OPENAI_BASE_URL": "http://localhost:9/v1/"}
    assert loaded(None, variables).core.providers["openai"].base_url == "http://localhost:9/v1"
    assert (
        loaded(None, variables | {"OPENAI_BASE_URL": ""}).core.providers["openai"].base_url.startswith("https://api.")
    )


def test_it_joins_the_providers_of_the_file() -> None:
    assert set(loaded(OTHER, {"OPENAI_API_KEY": "sk-x"}).core.providers) == {"openai", "other"}


def test_the_file_wins_over_it() -> None:
    text = (
        "version: 1\nproviders: {openai: {kind: simulator}}\n"
        "models: {gpt-5: {targets: [{provider: openai, model: x}]}}\n"
    )
    configuration = loaded(text, {"OPENAI_API_KEY": "sk-x"})
    assert configuration.core.providers["openai"].kind == "simulator"
    assert list(configuration.core.models) == ["gpt-5"]
    assert configuration.notes == ()


def test_a_model_of_the_file_wins_over_one_that_comes_with_it() -> None:
    text = "version: 1\nmodels: {gpt-5: {targets: [{provider: openai, model: gpt-5-mini}]}}\n"
    models = loaded(text, {"OPENAI_API_KEY": "sk-x"}).core.models
    assert models["gpt-5"].targets == (Target("openai", "gpt-5-mini"),)
    assert "gpt-4o" in models


def test_a_variable_that_the_file_uses_itself_adds_nothing() -> None:
    text = (
        "version: 1\nproviders: {mine: {kind: openai, credentials: [{name: a, secret: '${OPENAI_API_KEY}'},"
        " {name: b, secret: '${GEMINI_API_KEY}'}]}}\n"
    )
    configuration = loaded(text, {"OPENAI_API_KEY": "sk-x", "GEMINI_API_KEY": "g"})
    assert list(configuration.core.providers) == ["mine"]
    assert configuration.notes == ()


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"])
def test_a_key_whose_dialect_is_not_there_yet_is_noted(name: str) -> None:
    configuration = loaded(None, {name: "k"})
    assert configuration.notes == (
        f"{name} found, but its dialect is not available in this version",
        "no provider is configured, so the simulator answers as model weir-demo",
    )
    assert list(configuration.core.providers) == ["simulator"]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"OPENAI_API_KEY": "a b"}, "OPENAI_API_KEY: must be printable ASCII without spaces or line ends"),
        (
            {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "nowhere"},
            "OPENAI_BASE_URL: must be a URL that begins with `http://` or `https://`",
        ),
    ],
)
def test_a_variable_of_a_provider_that_is_wrong_is_refused(variables: dict[str, str], expected: str) -> None:
    assert problems(None, variables) == [expected]
