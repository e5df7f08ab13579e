"""Providers that no file names: those whose usual variable is set, and the simulator if there is no other."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from gateway_cli.configuration.addresses import BASE_URL
from gateway_cli.configuration.key import read_or
from gateway_cli.configuration.providers import NO_CREDENTIAL, OPENAI_BASE_URL
from gateway_cli.configuration.value import Reading, Value
from gateway_cli.configuration.words import PROVIDER_SECRET
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret

OPENAI = "openai"
OPENAI_KEY = "OPENAI_API_KEY"
OPENAI_URL = "OPENAI_BASE_URL"
OPENAI_MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "o4-mini", "gpt-5", "gpt-5-mini")
LATER_KEYS = ("ANTHROPIC_API_KEY", "GEMINI_API_KEY", "OPENROUTER_API_KEY")

SIMULATOR = "simulator"
SIMULATOR_MODEL = "weir-demo"
SIMULATOR_PRICE = Price(input=100_000, output=400_000)


@dataclass(frozen=True, slots=True)
class Found:
    """What was found beside the file, and a note on each for the operator."""

    providers: dict[str, Provider] = field(default_factory=dict)
    models: dict[str, Model] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def find_providers(reading: Reading, in_file: Collection[str]) -> Found:
    """Finds what to add to the providers of the file. A variable that the file uses itself adds nothing."""
    found = Found()
    if reading.environment.get(OPENAI_KEY) and OPENAI not in in_file and OPENAI_KEY not in reading.referenced:
        found.providers[OPENAI] = _openai(reading)
        found.models.update((name, Model(name, (Target(OPENAI, name),))) for name in OPENAI_MODELS)
        found.notes.append(f"provider {OPENAI} from {OPENAI_KEY}")
    for name in LATER_KEYS:
        if reading.environment.get(name) and name not in reading.referenced:
            found.notes.append(f"{name} found, but its dialect is not available in this version")
    if not in_file and not found.providers:
        found.providers[SIMULATOR] = Provider(SIMULATOR, SIMULATOR, "", (NO_CREDENTIAL,))
        target = Target(SIMULATOR, SIMULATOR_MODEL, price=SIMULATOR_PRICE)
        found.models[SIMULATOR_MODEL] = Model(SIMULATOR_MODEL, (target,))
        found.notes.append(f"no provider is configured, so the simulator answers as model {SIMULATOR_MODEL}")
    return found


def _openai(reading: Reading) -> Provider:
    variables: Mapping[str, str] = reading.environment
    key = Value.of_variable(OPENAI_KEY, variables[OPENAI_KEY], reading)
    url = Value.of_variable(OPENAI_URL, variables.get(OPENAI_URL) or OPENAI_BASE_URL, reading)
    credential = Credential(OPENAI_KEY, read_or(key, PROVIDER_SECRET, Secret("")))
    return Provider(OPENAI, OPENAI, read_or(url, BASE_URL, OPENAI_BASE_URL), (credential,))
