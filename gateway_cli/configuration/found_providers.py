"""Providers that no file names: those whose usual variable is set."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from admin.configuration.addresses import BASE_URL
from admin.configuration.declared import DeclaredCredential, DeclaredModel, DeclaredProvider
from admin.configuration.key import read_or
from admin.configuration.value import Reading, Value
from admin.configuration.words import PROVIDER_SECRET
from admin.translation.provider_addresses import USUAL
from gateway_core.records.stored_model import StoredModel, StoredTarget
from gateway_core.records.stored_provider import StoredProvider

OPENAI = "openai"
OPENAI_KEY = "OPENAI_API_KEY"
OPENAI_URL = "OPENAI_BASE_URL"
OPENAI_MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o4-mini", "gpt-5", "gpt-5-mini")
LATER_KEYS = ("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY")
NO_PROVIDER = "no provider is configured: unless the database has one, the simulator answers as model weir-demo"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found beside the file, and a note on each for the operator."""

    providers: dict[str, DeclaredProvider] = field(default_factory=dict)
    models: dict[str, DeclaredModel] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_providers(reading: Reading, in_file: Collection[str]) -> Found:
    """Finds what to add to the providers of the file. A variable that the file uses itself adds nothing."""
    found = Found()
    if reading.environment.get(OPENAI_KEY) and OPENAI not in in_file and OPENAI_KEY not in reading.referenced:
        found.providers[OPENAI] = _openai(reading)
        found.models.update(
            (name, DeclaredModel(StoredModel(name, (StoredTarget(OPENAI, name),)))) for name in OPENAI_MODELS
        )
        found.notes.append(f"provider {OPENAI} from {OPENAI_KEY}")
    for name in LATER_KEYS:
        if reading.environment.get(name) and name not in reading.referenced:
            found.notes.append(f"{name} found, but its dialect is not available in this version")
    if not in_file and not found.providers:
        found.notes.append(NO_PROVIDER)
    return found


def _openai(reading: Reading) -> DeclaredProvider:
    variables: Mapping[str, str] = reading.environment
    key = read_or(Value.of_variable(OPENAI_KEY, variables[OPENAI_KEY], reading), PROVIDER_SECRET, None)
    url = variables.get(OPENAI_URL)
    address = read_or(Value.of_variable(OPENAI_URL, url, reading), BASE_URL, "") if url else USUAL[OPENAI]
    return DeclaredProvider(StoredProvider(OPENAI, OPENAI, address), (DeclaredCredential(OPENAI_KEY, key),))
