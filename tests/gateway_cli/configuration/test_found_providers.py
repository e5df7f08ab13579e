"""Providers that no file names."""

import pytest

from admin.configuration.declared import DeclaredCredential, DeclaredModel, DeclaredProvider
from gateway_cli.configuration.found_providers import NO_PROVIDER
from gateway_core.records.secret import Secret
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredProvider
from tests.fakes.configurations import loaded, problems

OTHER = "version: 1\nproviders: {other: {kind: simulator}}\n"
KEY = {"OPENAI_API_KEY": "sk-x"}


def test_a_key_of_openai_adds_the_provider_its_models_and_a_note() -> None:
    configuration = loaded(None, KEY)
    declared = configuration.declared
    stored = StoredProvider("openai", "openai", "https://api.openai.com/v1")
    assert declared.providers == {
        "openai": DeclaredProvider(stored, (DeclaredCredential("OPENAI_API_KEY", Secret("sk-x")),))
    }
    names = ["gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o4-mini", "gpt-5", "gpt-5-mini"]
    assert list(declared.models) == names
    assert declared.models["gpt-5"] == DeclaredModel(StoredModel("gpt-5", (StoredTarget("openai", "gpt-5"),)))
    assert declared.found == {"providers/openai", *(f"models/{name}" for name in names)}
    assert (declared.has_file, declared.has_environment) == (False, True)
    assert configuration.notes == ("provider openai from OPENAI_API_KEY",)


def test_the_address_of_openai_can_be_given_too() -> None:
    def address(url: str) -> str:
        return loaded(None, {**KEY, "OPENAI_BASE_URL": url}).declared.providers["openai"].value.base_url

    assert address("http://localhost:9/v1/") == "http://localhost:9/v1"
    assert address("") == "https://api.openai.com/v1"


def test_it_joins_the_providers_of_the_file() -> None:
    declared = loaded(OTHER, KEY).declared
    assert set(declared.providers) == {"openai", "other"}
    assert "providers/other" not in declared.found


def test_the_file_wins_over_it() -> None:
    text = (
        "version: 1\nproviders: {openai: {kind: simulator}}\n"
        "models: {gpt-5: {targets: [{provider: openai, model: x}]}}\n"
    )
    configuration = loaded(text, KEY)
    assert configuration.declared.providers["openai"].value.kind == "simulator"
    assert list(configuration.declared.models) == ["gpt-5"]
    assert configuration.declared.found == frozenset()
    assert configuration.notes == ()


def test_a_model_of_the_file_wins_over_one_that_comes_with_it() -> None:
    text = "version: 1\nmodels: {gpt-5: {targets: [{provider: openai, model: gpt-5-mini}]}}\n"
    declared = loaded(text, KEY).declared
    assert declared.models["gpt-5"].value.targets == (StoredTarget("openai", "gpt-5-mini"),)
    assert "gpt-4o" in declared.models
    assert "models/gpt-5" not in declared.found


def test_a_variable_that_the_file_uses_itself_adds_nothing() -> None:
    text = (
        "version: 1\nproviders: {mine: {kind: openai, credentials: [{name: a, secret: '${OPENAI_API_KEY}'},"
        " {name: b, secret: '${GEMINI_API_KEY}'}]}}\n"
    )
    configuration = loaded(text, {"OPENAI_API_KEY": "sk-x", "GEMINI_API_KEY": "g"})
    assert list(configuration.declared.providers) == ["mine"]
    assert configuration.notes == ()


@pytest.mark.parametrize("name", ["ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY"])
def test_a_key_whose_dialect_is_not_there_yet_is_noted(name: str) -> None:
    configuration = loaded(None, {name: "k"})
    assert configuration.notes == (f"{name} found, but its dialect is not available in this version", NO_PROVIDER)
    assert configuration.declared.providers == {}


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"OPENAI_API_KEY": "a b"}, "OPENAI_API_KEY: must be printable ASCII without spaces or line ends"),
        (
            {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "nowhere"},
            "OPENAI_BASE_URL: must be a URL that begins with http:// or https://",
        ),
    ],
)
def test_a_variable_of_a_provider_that_is_wrong_is_refused(variables: dict[str, str], expected: str) -> None:
    assert problems(None, variables) == [expected]
