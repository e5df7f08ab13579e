"""Durations as the contract shows them, and back: seconds inside, whole nanoseconds outside."""

from dataclasses import dataclass
from typing import Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message

from admin.conduct.violations import Violations

BILLION: Final = 10**9


@dataclass(frozen=True, slots=True)
class Span:
    """What a duration may be, in nanoseconds, and the same in words."""

    least: int
    most: int
    words: str


UP_TO_A_MINUTE: Final = Span(1, 60 * BILLION, "must be above 0 and at most 1 minute")
UP_TO_AN_HOUR: Final = Span(1, 3600 * BILLION, "must be above 0 and at most 1 hour")
UP_TO_A_DAY: Final = Span(1, 24 * 3600 * BILLION, "must be above 0 and at most 24 hours")


def show_duration(seconds: float) -> Duration:
    """Writes seconds."""
    written = Duration()
    written.FromNanoseconds(round(seconds * BILLION))
    return written


def read_duration(shown: Message, path: str, usual: float, span: Span, violations: Violations) -> float:
    """Reads the field of `shown` that the path ends in, in seconds; where it is not set, `usual`."""
    field = path.rpartition(".")[2]
    if not shown.HasField(field):
        return usual
    written: Duration = getattr(shown, field)
    nanoseconds = written.seconds * BILLION + written.nanos
    if not 0 <= written.nanos < BILLION or not span.least <= nanoseconds <= span.most:
        violations.note(path, span.words)
    return nanoseconds / BILLION
