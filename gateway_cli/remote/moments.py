"""Moments and durations as people write them on a command line, and as tables show them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final

import typer
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

WRITTEN: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(ms|s|m|h|d|w)")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NANOSECONDS: Final = 10**9
LONGEST: Final = 100 * 366 * 86_400 * NANOSECONDS
UNITS: Final = MappingProxyType(
    {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9, "d": 86_400 * 10**9, "w": 604_800 * 10**9}
)
SHOWN_UNITS: Final = ("h", "m", "s", "ms")
NEVER: Final = "never"
NOW: Final = "now"
MOMENTS: Final = "a moment such as 2027-01-31T12:00:00Z, a day such as 2027-01-31 (UTC), or a distance such as 30d"


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment that was asked for; nothing stands for never."""

    stamp: Timestamp | None


def read_moment(text: str, now: datetime, direction: int) -> Timestamp:
    """Reads a moment. A distance counts from now: ahead if `direction` is 1, back if it is -1. Raises BadParameter."""
    stamp = Timestamp()
    if text == NOW:
        stamp.FromDatetime(now)
        return stamp
    try:
        if WRITTEN.fullmatch(text):
            stamp.FromDatetime(now + direction * timedelta(microseconds=_nanoseconds(text) // 1000))
        elif DAY.fullmatch(text):
            stamp.FromDatetime(datetime.fromisoformat(text).replace(tzinfo=UTC))
        else:
            stamp.FromJsonString(text)
    except (ValueError, OverflowError) as error:
        raise typer.BadParameter(f"{text!r} is no time: it must be {MOMENTS}") from error
    return stamp


def ahead(text: str) -> Timestamp:
    """Reads a moment; a distance counts from now on."""
    return read_moment(text, datetime.now(UTC), 1)


def back(text: str) -> Timestamp:
    """Reads a moment; a distance counts back from now."""
    return read_moment(text, datetime.now(UTC), -1)


def ahead_or_never(text: str) -> Moment:
    """Reads a moment that lies ahead, or `never`."""
    return Moment(None if text == NEVER else ahead(text))


def read_duration(text: str) -> Duration:
    """Reads a duration such as `24h`. Raises BadParameter."""
    duration = Duration()
    duration.FromNanoseconds(0 if text == "0" else _nanoseconds(text))
    return duration


def read_seconds(text: str) -> float:
    """Reads a duration above 0 as seconds; a bare number counts seconds. Raises BadParameter."""
    seconds = read_duration(f"{text}s" if text[-1:].isdecimal() else text).ToNanoseconds() / NANOSECONDS
    if seconds <= 0:
        raise typer.BadParameter("must be longer than 0")
    return seconds


def write_duration(duration: Duration) -> str:
    """Writes a duration in the largest unit that takes a whole number of it."""
    nanoseconds = duration.ToNanoseconds()
    for unit in SHOWN_UNITS:
        if nanoseconds and nanoseconds % UNITS[unit] == 0:
            return f"{nanoseconds // UNITS[unit]}{unit}"
    return str(duration.ToJsonString())


def write_moment(stamp: Timestamp) -> str:
    """Writes a moment to the second, in UTC."""
    return str(Timestamp(seconds=stamp.seconds).ToJsonString())


def _nanoseconds(text: str) -> int:
    match = WRITTEN.fullmatch(text)
    if not match:
        raise typer.BadParameter(f"{text!r} is no duration: it must be one such as 500ms, 10s, 5m, 24h or 30d")
    nanoseconds = int(Decimal(match[1]) * UNITS[match[2]])
    if nanoseconds > LONGEST:
        raise typer.BadParameter(f"{text} is too long to be meant")
    return nanoseconds
