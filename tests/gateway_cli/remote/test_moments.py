"""Moments and durations, as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
import typer
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from gateway_cli.remote.moments import (
    Moment,
    ahead,
    ahead_or_never,
    back,
    read_duration,
    read_moment,
    read_seconds,
    write_duration,
    write_moment,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "direction", "moment"),
    [
        ("now", 1, "2026-11-21T12:00:00Z"),
        ("30d", 1, "2026-12-21T12:00:00Z"),
        ("90m", -1, "2026-11-21T10:30:00Z"),
        ("1.5h", 1, "2026-11-21T13:30:00Z"),
        ("2w", -1, "2026-11-07T12:00:00Z"),
        ("2027-01-31", 1, "2027-01-31T00:00:00Z"),
        ("2027-01-31T12:30:00Z", -1, "2027-01-31T12:30:00Z"),
        ("2027-01-31T12:30:00+02:00", 1, "2027-01-31T10:30:00Z"),
        ("2027-01-31T12:30:00.25Z", 1, "2027-01-31T12:30:00.250Z"),
    ],
)
def test_a_moment_may_be_written_in_several_ways(text: str, direction: int, moment: str) -> None:
    assert read_moment(text, NOW, direction).ToJsonString() == moment


@pytest.mark.parametrize(
    "text", ["", "soon", "30", "30y", "2027-02-30", "2027-01-31 12:00", "never", "-5d", "01/02/27"]
)
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no time: it must be a moment such as"):
        read_moment(text, NOW, 1)


def test_distances_count_from_this_moment() -> None:
    now = datetime.now(UTC)
    assert now + 59 * MINUTE < ahead("1h").ToDatetime(UTC) < now + 61 * MINUTE
    assert now - 61 * MINUTE < back("1h").ToDatetime(UTC) < now - 59 * MINUTE


def test_never_is_no_moment() -> None:
    assert ahead_or_never("never") == Moment(None)
    assert ahead_or_never("2027-01-31") == Moment(Timestamp(seconds=1_801_353_600))


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [("0", 0), ("0s", 0), ("500ms", 500_000_000), ("10s", 10**10), ("1.5m", 9 * 10**10), ("1d", 86_400 * 10**9)],
)
def test_durations_are_exact(text: str, nanoseconds: int) -> None:
    assert read_duration(text).ToNanoseconds() == nanoseconds


@pytest.mark.parametrize("text", ["", "5", "1h30m", "-5s", "1 s", "5S"])
def test_what_is_no_duration_is_told(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no duration"):
        read_duration(text)


def test_what_is_too_long_is_told() -> None:
    with pytest.raises(typer.BadParameter, match="too long"):
        read_duration("999999999w")


@pytest.mark.parametrize(("text", "seconds"), [("10", 10.0), ("0.5", 0.5), ("200ms", 0.2), ("1m", 60.0)])
def test_a_timeout_may_be_a_bare_number(text: str, seconds: float) -> None:
    assert read_seconds(text) == seconds


@pytest.mark.parametrize("text", ["0", "0s", ""])
def test_a_timeout_is_longer_than_nothing(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_seconds(text)


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [(0, "0s"), (86_400 * 10**9, "24h"), (90 * 10**9, "90s"), (120 * 10**9, "2m"), (1_500_000_000, "1500ms")],
)
def test_a_duration_is_shown_in_the_largest_unit_that_fits(nanoseconds: int, text: str) -> None:
    duration = Duration()
    duration.FromNanoseconds(nanoseconds)
    assert write_duration(duration) == text


@given(st.integers(1, 10**15))
def test_a_duration_that_is_shown_means_the_same(milliseconds: int) -> None:
    duration = Duration()
    duration.FromNanoseconds(milliseconds * 10**6)
    if milliseconds < 10**9:
        assert read_duration(write_duration(duration)) == duration


def test_a_moment_is_shown_to_the_second() -> None:
    assert write_moment(Timestamp(seconds=5, nanos=999_999_999)) == "1970-01-01T00:00:05Z"
