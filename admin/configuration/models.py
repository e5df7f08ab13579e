"""The keys of a model, and how one is read. It does not know which providers and models there are."""

from collections.abc import Sequence

from admin.conduct.names import MODEL_RULE, is_model_id
from admin.configuration.allowances import ALLOWANCE_KEYS, place_of, read_allowances
from admin.configuration.declared import DeclaredModel, DeclaredPrice, Place
from admin.configuration.key import MAPPING, Key, Kind, Section
from admin.configuration.providers import DISABLED, WEIGHT
from admin.configuration.quantities import PRICE, SHARE, wait_within
from admin.configuration.value import Value
from admin.configuration.words import ID, MODEL_NAME, PROVIDER_MODEL, list_of, one_of, whole_number
from gateway_core.records.price import Price
from gateway_core.records.stored_model import Retries, StoredModel, StoredTarget

SCORED = "scored"
INSTEAD_OF_SCORED = "weighted"
MOST_TARGETS = 100
MOST_FALLBACKS = 20

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


ATTEMPTS = Key("attempts", whole_number(0, 10), "How often one target is asked again.", "2")
BACKOFF = Key("backoff", wait_within(0, 60, "above 0 and at most 1 minute"), "How long to wait before that.", "200ms")
BUDGET = Key("budget", SHARE, "Which share of all calls may be repetitions.", "0.1")
RETRY_KEYS: Sequence[Key[object]] = (ATTEMPTS, BACKOFF, BUDGET)


def _read_retries(value: Value) -> Retries:
    section, given = Section(value, RETRY_KEYS), Retries()
    return Retries(
        section.read(ATTEMPTS, given.attempts),
        section.read(BACKOFF, given.backoff),
        section.read(BUDGET, given.budget),
    )


def _as_it_stands(value: Value) -> Value:
    return value


TARGET_PROVIDER = Key("provider", ID, "The name of one of the providers.", required=True)
TARGET_MODEL = Key("model", PROVIDER_MODEL, "What the provider calls the model.", required=True)
TARGET_PRICE = Key("price", Kind("mapping", _read_price), "What it costs. Without it the cost is unknown, never zero.")
TARGET_KEYS: Sequence[Key[object]] = (TARGET_PROVIDER, TARGET_MODEL, WEIGHT, TARGET_PRICE)

STRATEGY = Key(
    "strategy",
    one_of("fixed", "round_robin", "weighted", "random", "least_busy", SCORED),
    f"How calls spread over the targets. `{SCORED}` is kept, but acts as `{INSTEAD_OF_SCORED}` in this version.",
    "fixed",
)
TARGETS = Key("targets", list_of(Kind("targets", _as_it_stands), most=MOST_TARGETS), "What answers.", required=True)
RETRIES = Key("retries", Kind("mapping", _read_retries), "When to ask again.", enforced=False)
FALLBACK = Key("fallback", list_of(MODEL_NAME, most=MOST_FALLBACKS), "Other models to try, in order.", enforced=False)
STREAM_BREAK = Key(
    "stream_break", one_of("fail", "restart", "continue"), "What to do when a stream breaks.", "fail", enforced=False
)
MODEL_KEYS: Sequence[Key[object]] = (
    STRATEGY,
    TARGETS,
    RETRIES,
    FALLBACK,
    STREAM_BREAK,
    DISABLED,
    *ALLOWANCE_KEYS,
)

MODELS = Key("models", MAPPING, "What callers may ask for, by the name that they use.")
Prices = dict[tuple[str, str], DeclaredPrice]


def read_model(name: str, value: Value, prices: Prices) -> DeclaredModel:
    """Reads a model; what is wrong with it is noted. What its targets cost joins the other prices."""
    if not is_model_id(name):
        value.note(f"the model's name {MODEL_RULE}")
    section = Section(value, MODEL_KEYS)
    targets = section.find(TARGETS)
    if targets is not None and targets.is_list and not targets.items():
        targets.note("a model needs at least one target")
    strategy = section.read(STRATEGY, STRATEGY.default)
    if strategy == SCORED:
        value.doubt(f"`{SCORED}` is kept, but acts as `{INSTEAD_OF_SCORED}` in this version", once=SCORED)
    found = _read_targets(section, prices)
    stored = StoredModel(
        name=name,
        targets=tuple(target for target, _ in found),
        strategy=strategy,
        fallback=_read_fallback(name, section),
        retries=section.read(RETRIES, Retries()),
        stream_break=section.read(STREAM_BREAK, STREAM_BREAK.default),
        disabled=section.is_set(DISABLED),
    )
    fallback = section.find(FALLBACK)
    return DeclaredModel(
        stored,
        read_allowances(section),
        place_of(value),
        tuple(place for _, place in found),
        place_of(value if fallback is None else fallback),
    )


def _read_fallback(name: str, section: Section) -> tuple[str, ...]:
    fallback = section.read(FALLBACK, ())
    value = section.find(FALLBACK)
    if value is not None and len(set(fallback)) < len(fallback):
        value.note("no model may be named twice")
    if value is not None and name in fallback:
        value.note("a model cannot fall back to itself")
    return fallback


def _read_targets(section: Section, prices: Prices) -> Sequence[tuple[StoredTarget, Place]]:
    targets: dict[tuple[str, str], tuple[StoredTarget, Place]] = {}
    for value in section.read(TARGETS, ()):
        target, place = _read_target(value, prices)
        pair = (target.provider, target.model)
        if all(pair) and pair in targets:
            value.note("this pair of provider and model is among the targets already")
        targets[pair] = (target, place)
    return list(targets.values())


def _read_target(value: Value, prices: Prices) -> tuple[StoredTarget, Place]:
    section = Section(value, TARGET_KEYS)
    target = StoredTarget(section.read(TARGET_PROVIDER, ""), section.read(TARGET_MODEL, ""), section.read(WEIGHT, 1))
    price, place = section.read(TARGET_PRICE, None), section.find(TARGET_PRICE)
    if price is not None and place is not None:
        pair = (target.provider, target.model)
        known = prices.setdefault(pair, DeclaredPrice(*pair, price, place_of(place)))
        if known.price != price and all(pair):
            place.note(f"the same model of the same provider has another price in line {known.place.line}")
    return target, place_of(section.find(TARGET_PROVIDER) or value)
