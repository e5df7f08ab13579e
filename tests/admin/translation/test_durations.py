"""Durations are seconds inside and nanoseconds outside, and nothing is lost between."""

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.durations import BILLION, UP_TO_A_DAY, Span, read_duration, show_duration
from weir.admin.v1.provider_pb2 import ProviderTimeouts

SPAN = Span(BILLION, 5 * BILLION, "must be 1 to 5 seconds")


def read(idle: Duration | None, violations: Violations, span: Span = SPAN) -> float:
    """Reads a duration out of a message."""
    return read_duration(ProviderTimeouts(idle=idle), "provider.timeouts.idle", 3.5, span, violations)


@given(st.integers(1, UP_TO_A_DAY.most))
def test_no_nanosecond_is_lost(nanoseconds: int) -> None:
    written, violations = Duration(), Violations()
    written.FromNanoseconds(nanoseconds)
    assert show_duration(read(written, violations, UP_TO_A_DAY)) == written
    assert not violations.found


@pytest.mark.parametrize("seconds", [0.2, 0.25, 1.0, 60.0, 86400.0, 1e-9])
def test_what_is_shown_is_read_back(seconds: float) -> None:
    assert read(show_duration(seconds), Violations(), UP_TO_A_DAY) == seconds


def test_what_is_not_set_is_as_usual() -> None:
    violations = Violations()
    assert read(None, violations) == 3.5
    assert not violations.found


@pytest.mark.parametrize(
    "written",
    [
        Duration(),
        Duration(nanos=BILLION - 1),
        Duration(seconds=5, nanos=1),
        Duration(seconds=-2),
        Duration(seconds=2, nanos=-1),
        Duration(seconds=2, nanos=BILLION),
        Duration(seconds=2**62),
    ],
)
def test_what_is_out_of_bounds_is_noted_in_the_words_of_the_bounds(written: Duration) -> None:
    violations = Violations()
    read(written, violations)
    (violation,) = violations.found
    assert (violation.field, violation.description) == ("provider.timeouts.idle", "must be 1 to 5 seconds")
