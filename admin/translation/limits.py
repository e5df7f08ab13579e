"""Limits as the contract shows them, and back. Whose uid a subject's name stands for, others know."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from admin.conduct.etags import etag_of
from admin.conduct.names import API_KEY, CREDENTIAL, LIMIT, MODEL, PROVIDER, USER, NamePattern
from admin.conduct.violations import Violations
from admin.translation.stamps import OWNERS, stamp
from gateway_core.errors import InvalidRequest
from gateway_core.records.limit import Limit, Measure, Period, ScopeKind
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import limit_pb2

DEFAULTS: Final = "defaults"
SUBJECTS: Final[Mapping[ScopeKind, NamePattern]] = MappingProxyType(
    {"user": USER, "api_key": API_KEY, "model": MODEL, "provider": PROVIDER, "credential": CREDENTIAL}
)
AMOUNTS: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        "requests": "requests",
        "tokens": "tokens",
        "cost": "cost_nano_usd",
        "concurrency": "concurrent_requests",
    }
)
MEASURES: Final[Mapping[str, Measure]] = MappingProxyType({field: measure for measure, field in AMOUNTS.items()})
PERIODS: Final[Mapping[Period, limit_pb2.LimitPeriod.ValueType]] = MappingProxyType(
    {
        "moment": limit_pb2.LIMIT_PERIOD_UNSPECIFIED,
        "minute": limit_pb2.LIMIT_PERIOD_MINUTE,
        "day": limit_pb2.LIMIT_PERIOD_DAY,
        "month": limit_pb2.LIMIT_PERIOD_MONTH,
        "total": limit_pb2.LIMIT_PERIOD_TOTAL,
    }
)
PERIOD_WORDS: Final[Mapping[limit_pb2.LimitPeriod.ValueType, Period]] = MappingProxyType(
    {shown: period for period, shown in PERIODS.items()}
)
PERIOD_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"MINUTE": "minute", "DAY": "day", "MONTH": "month", "TOTAL": "total"}
)
EACH: Final[tuple[Period, ...]] = ("minute", "day", "month", "total")
FITTING: Final[Mapping[Measure, tuple[Period, ...]]] = MappingProxyType(
    {"requests": EACH, "tokens": EACH, "cost": ("day", "month", "total"), "concurrency": ("moment",)}
)
WRONG_PERIOD: Final[Mapping[Measure, str]] = MappingProxyType(
    {
        "requests": "must be a minute, a day, a month, or in total",
        "tokens": "must be a minute, a day, a month, or in total",
        "cost": "must be a day, a month, or in total",
        "concurrency": "must not be set: calls at the same time have no period",
    }
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a limit bounds, as its name says: the kind, and the ids in the name. Defaults have none."""

    kind: ScopeKind
    ids: tuple[str, ...] = ()


def read_subject(name: str, field: str) -> Subject:
    """Reads the name of a subject. Raises InvalidRequest, naming the field."""
    if name == DEFAULTS:
        return Subject("default")
    for kind, pattern in SUBJECTS.items():
        if _has_shape(name, pattern):
            return Subject(kind, pattern.read(name, field))
    shapes = ", ".join(str(pattern) for pattern in SUBJECTS.values())
    raise InvalidRequest.at(field, f"must be {DEFAULTS}, or look like one of {shapes}")


def show_limit(record: Versioned[Limit], subject: str) -> limit_pb2.Limit:
    """Writes a limit on what has this name."""
    value = record.value
    shown = limit_pb2.Limit(
        name=LIMIT.write(record.uid),
        uid=record.uid,
        managed_by=OWNERS[record.managed_by],
        create_time=stamp(record.created_at),
        update_time=stamp(record.updated_at),
        etag=etag_of(record),
        subject=subject,
        period=PERIODS[value.per],
    )
    setattr(shown, AMOUNTS[value.measure], value.amount)
    return shown


def read_limit(shown: limit_pb2.Limit, kind: ScopeKind, scope_id: str, violations: Violations) -> Limit:
    """Reads what a limit is to be on what has this uid."""
    field = cast("str | None", shown.WhichOneof("amount"))
    if field is None:
        violations.note("limit.amount", f"is required: one of {', '.join(MEASURES)}")
        return Limit(kind, scope_id, "requests", "total", 0)
    measure = MEASURES[field]
    period = PERIOD_WORDS.get(shown.period)
    if period is None or period not in FITTING[measure]:
        violations.note("limit.period", WRONG_PERIOD[measure])
    amount: int = getattr(shown, field)
    if amount < 1:
        violations.note(f"limit.{field}", "must be at least 1")
    return Limit(kind, scope_id, measure, period or "moment", amount)


def _has_shape(name: str, pattern: NamePattern) -> bool:
    parts = name.split("/", maxsplit=2 * len(pattern.collections) - 1)
    sizes_fit = len(parts) == 2 * len(pattern.collections) and (pattern.slashes or "/" not in parts[-1])
    return sizes_fit and tuple(parts[::2]) == pattern.collections
