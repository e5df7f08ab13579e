"""The keys of a model, and how one is read. It is told which providers there are."""

from collections.abc import Collection, Sequence

from gateway_cli.configuration.key import MAPPING, Key, Kind, Section
from gateway_cli.configuration.problem import suggest
from gateway_cli.configuration.providers import WEIGHT
from gateway_cli.configuration.quantities import PRICE, SHARE, WAIT
from gateway_cli.configuration.value import Value
from gateway_cli.configuration.words import NAME, list_of, name_problem, one_of, whole_number
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price

SCORED = "scored"
INSTEAD_OF_SCORED = "weighted"

INPUT = Key("input", PRICE, "A token of the prompt.", required=True)
OUTPUT = Key("output", PRICE, "A token of the reply.", required=True)
CACHED_INPUT = Key("cached_input", PRICE, "A token of the prompt that the provider had cached. By default as `input`.")
CACHE_WRITE = Key("cache_write", PRICE, "A token of the prompt that the provider puts into its cache.")
AUDIO_INPUT = Key("audio_input", PRICE, "A token of audio in the prompt.")
IMAGE_INPUT = Key("image_input", PRICE, "A token of an image in the prompt.")
REASONING = Key("reasoning", PRICE, "A token of reasoning. By default as `output`.")
AUDIO_OUTPUT = Key("audio_output", PRICE, "A token of audio in the reply.")
FINER_PRICE_KEYS = (CACHED_INPUT, CACHE_WRITE, AUDIO_INPUT, IMAGE_INPUT, REASONING, AUDIO_OUTPUT)
PRICE_KEYS: Sequence[Key[object]] = (INPUT, OUTPUT, *FINER_PRICE_KEYS)


def _read_price(value: Value) -> Price:
    section = Section(value, PRICE_KEYS)
    finer = {key.name: section.read(key, None) for key in FINER_PRICE_KEYS}
    return Price(input=section.read(INPUT, 0), output=section.read(OUTPUT, 0), **finer)


ATTEMPTS = Key("attempts", whole_number(0, 10), "How often one target is asked again.")
BACKOFF = Key("backoff", WAIT, "How long to wait before that.")
BUDGET = Key("budget", SHARE, "Which share of all calls may be repetitions.")
RETRY_KEYS: Sequence[Key[object]] = (ATTEMPTS, BACKOFF, BUDGET)


def _read_retries(value: Value) -> None:
    Section(value, RETRY_KEYS).check(RETRY_KEYS)


def _as_it_stands(value: Value) -> Value:
    return value


TARGET_PROVIDER = Key("provider", NAME, "The name of one of the providers.", required=True)
TARGET_MODEL = Key("model", NAME, "What the provider calls the model.", required=True)
TARGET_PRICE = Key("price", Kind("mapping", _read_price), "What it costs. Without it the cost is unknown, never zero.")
TARGET_KEYS: Sequence[Key[object]] = (TARGET_PROVIDER, TARGET_MODEL, WEIGHT, TARGET_PRICE)

STRATEGY = Key(
    "strategy",
    one_of("fixed", "round_robin", "weighted", "random", "least_busy", SCORED),
    f"How calls spread over the targets. `{SCORED}` is not in force: it means `{INSTEAD_OF_SCORED}` in this version.",
    "fixed",
)
TARGETS = Key("targets", list_of(Kind("targets", _as_it_stands)), "What can answer for it.", required=True)
RETRIES = Key("retries", Kind("mapping", _read_retries), "When to ask again.", in_force=False)
FALLBACK = Key("fallback", list_of(NAME), "Other models to try, in order.", in_force=False)
STREAM_BREAK = Key(
    "stream_break", one_of("fail", "restart", "continue"), "What to do when a stream breaks.", in_force=False
)
MODEL_KEYS: Sequence[Key[object]] = (STRATEGY, TARGETS, RETRIES, FALLBACK, STREAM_BREAK)

MODELS = Key("models", MAPPING, "What callers may ask for, by the name that they use.")


def read_model(name: str, value: Value, providers: Collection[str]) -> Model:
    """Reads a model whose targets must be at one of the providers; what is wrong with it is noted."""
    problem = name_problem(name)
    if problem:
        value.note(f"the model's name {problem}")
    section = Section(value, MODEL_KEYS)
    section.check((RETRIES, FALLBACK, STREAM_BREAK))
    targets = section.find(TARGETS)
    if targets is not None and targets.is_list and not targets.items():
        targets.note("a model needs at least one target")
    strategy = section.read(STRATEGY, STRATEGY.default)
    if strategy == SCORED:
        value.reading.warnings.append(
            f"`{value.path}.strategy`: `{SCORED}` is not available in this version, so it is `{INSTEAD_OF_SCORED}`"
        )
        strategy = INSTEAD_OF_SCORED
    return Model(name, tuple(_read_target(target, providers) for target in section.read(TARGETS, ())), strategy)


def _read_target(value: Value, providers: Collection[str]) -> Target:
    section = Section(value, TARGET_KEYS)
    provider = section.read(TARGET_PROVIDER, "")
    place = section.find(TARGET_PROVIDER)
    if place is not None and provider and provider not in providers:
        place.note(f"there is no provider of this name{suggest(provider, providers)}")
    return Target(
        provider=provider,
        model=section.read(TARGET_MODEL, ""),
        weight=section.read(WEIGHT, 1),
        price=section.read(TARGET_PRICE, None),
    )
