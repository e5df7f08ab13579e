"""The keys `limits` and `quotas`, which many records have, and how they become allowances. They know no record."""

from collections.abc import Iterator, Sequence

from admin.configuration.declared import Allowance, Place
from admin.configuration.key import Key, Kind, Section
from admin.configuration.quantities import COST
from admin.configuration.value import Value
from admin.configuration.words import list_of, one_of, whole_number
from gateway_core.records.limit import Measure, Period

MOST = 2**63 - 1
COUNT = whole_number(1, MOST)
MOST_QUOTAS = 12

REQUESTS_PER_MINUTE = Key("requests_per_minute", COUNT, "Requests a minute.")
TOKENS_PER_MINUTE = Key("tokens_per_minute", COUNT, "Tokens a minute, read and written.")
CONCURRENT_REQUESTS = Key("concurrent_requests", COUNT, "Requests at the same time.")
LIMIT_KEYS: Sequence[Key[object]] = (REQUESTS_PER_MINUTE, TOKENS_PER_MINUTE, CONCURRENT_REQUESTS)
LIMIT_MEANINGS: Sequence[tuple[Key[int], Measure, Period]] = (
    (REQUESTS_PER_MINUTE, "requests", "minute"),
    (TOKENS_PER_MINUTE, "tokens", "minute"),
    (CONCURRENT_REQUESTS, "concurrency", "moment"),
)

PER = Key("per", one_of("day", "month", "total"), "For which time it counts.", required=True)
REQUESTS = Key("requests", COUNT, "How many requests.")
TOKENS = Key("tokens", COUNT, "How many tokens.")
COST_USD = Key("cost_usd", COST, "How much money.")
AMOUNTS: Sequence[tuple[Key[int], Measure]] = ((REQUESTS, "requests"), (TOKENS, "tokens"), (COST_USD, "cost"))
QUOTA_KEYS: Sequence[Key[object]] = (PER, REQUESTS, TOKENS, COST_USD)
PERIODS: dict[str, Period] = {"day": "day", "month": "month", "total": "total"}


def _read_limits(value: Value) -> tuple[Allowance, ...]:
    section = Section(value, LIMIT_KEYS)
    return tuple(
        Allowance(measure, per, amount, place_of(found))
        for key, measure, per in LIMIT_MEANINGS
        if (found := section.find(key)) is not None and (amount := section.read(key, 0))
    )


def _read_quota(value: Value) -> tuple[Allowance, ...]:
    section = Section(value, QUOTA_KEYS)
    per = section.read(PER, "")
    if not any(section.find(key) for key, _ in AMOUNTS):
        value.note("a quota needs `requests`, `tokens` or `cost_usd`")
    amounts = [(key, measure, section.read(key, 0)) for key, measure in AMOUNTS]
    return tuple(
        Allowance(measure, PERIODS[per], amount, place_of(section.find(key) or value))
        for key, measure, amount in amounts
        if amount and per in PERIODS
    )


LIMITS = Key("limits", Kind("mapping", _read_limits), "How much at once.", enforced=False)
QUOTAS = Key(
    "quotas", list_of(Kind("quotas", _read_quota), most=MOST_QUOTAS), "How much in the long run.", enforced=False
)
ALLOWANCE_KEYS: Sequence[Key[object]] = (LIMITS, QUOTAS)


def read_allowances(section: Section) -> tuple[Allowance, ...]:
    """Reads what a record may use; notes two bounds on the same."""
    return tuple(_each_once(section))


def _each_once(section: Section) -> Iterator[Allowance]:
    seen = set()
    for allowance in (*section.read(LIMITS, ()), *(one for quota in section.read(QUOTAS, ()) for one in quota)):
        kind = (allowance.measure, allowance.per)
        if kind not in seen:
            yield allowance
        elif (quotas := section.find(QUOTAS)) is not None:
            quotas.note("bounds the same for the same time twice", allowance.place.line)
        seen.add(kind)


def place_of(value: Value) -> Place:
    """Says where a value stands."""
    return Place(value.line or 0, value.path)
