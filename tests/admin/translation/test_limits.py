"""Limits are shown as the contract says, and what is shown is read back as it was."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.limits import FITTING, Subject, read_limit, read_subject, show_limit
from gateway_core.errors import InvalidRequest
from gateway_core.records.limit import Limit, Measure, Period
from gateway_core.records.versioned import Versioned
from weir.admin.v1 import limit_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
PAIRS = [(measure, period) for measure, periods in FITTING.items() for period in periods]


def record(value: Limit) -> Versioned[Limit]:
    """Puts a limit into a record."""
    return Versioned("lim_1", 2, NOW, NOW, None, "bootstrap", value)


@given(pair=st.sampled_from(PAIRS), amount=st.integers(1, 2**63 - 1))
def test_a_limit_that_is_shown_is_read_back_as_before(pair: tuple[Measure, Period], amount: int) -> None:
    limit, violations = Limit("user", "usr_1", *pair, amount), Violations()
    assert read_limit(show_limit(record(limit), "users/alice"), "user", "usr_1", violations) == limit
    assert not violations.found


def test_every_field_has_its_place() -> None:
    shown = show_limit(record(Limit("user", "usr_1", "cost", "month", 5)), "users/alice")
    assert (shown.name, shown.uid, shown.subject) == ("limits/lim_1", "lim_1", "users/alice")
    assert (shown.period, shown.cost_nano_usd) == (contract.LIMIT_PERIOD_MONTH, 5)
    assert shown.WhichOneof("amount") == "cost_nano_usd"


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("defaults", Subject("default")),
        ("users/alice", Subject("user", ("alice",))),
        ("users/alice/apiKeys/laptop", Subject("api_key", ("alice", "laptop"))),
        ("models/a", Subject("model", ("a",))),
        ("models/a/b/c", Subject("model", ("a/b/c",))),
        ("models/users/alice", Subject("model", ("users/alice",))),
        ("providers/openai", Subject("provider", ("openai",))),
        ("providers/openai/credentials/a", Subject("credential", ("openai", "a"))),
    ],
)
def test_a_subject_is_read(name: str, subject: Subject) -> None:
    assert read_subject(name, "limit.subject") == subject


@pytest.mark.parametrize(
    "name",
    [
        "",
        "default",
        "alice",
        "users",
        "users/",
        "users/-x",
        "users/alice/keys/laptop",
        "users/alice/apiKeys",
        "users/alice/apiKeys/a/b",
        "providers/a/apiKeys/b",
        "models/",
        "models/a//b",
        "limits/a",
    ],
)
def test_a_subject_is_refused(name: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        read_subject(name, "limit.subject")
    assert [violation.field for violation in refusal.value.violations] == ["limit.subject"]


@pytest.mark.parametrize(
    ("shown", "fields"),
    [
        (contract.Limit(), ["limit.amount"]),
        (contract.Limit(requests=1), ["limit.period"]),
        (contract.Limit(tokens=1), ["limit.period"]),
        (contract.Limit(cost_nano_usd=1), ["limit.period"]),
        (contract.Limit(cost_nano_usd=1, period=contract.LIMIT_PERIOD_MINUTE), ["limit.period"]),
        (contract.Limit(concurrent_requests=1, period=contract.LIMIT_PERIOD_DAY), ["limit.period"]),
        (contract.Limit(requests=1, period=99), ["limit.period"]),  # type: ignore[arg-type] # a number of the future
        (contract.Limit(requests=0, period=contract.LIMIT_PERIOD_DAY), ["limit.requests"]),
        (contract.Limit(tokens=-1, period=contract.LIMIT_PERIOD_DAY), ["limit.tokens"]),
        (contract.Limit(concurrent_requests=0), ["limit.concurrent_requests"]),
        (contract.Limit(cost_nano_usd=0), ["limit.period", "limit.cost_nano_usd"]),
    ],
)
def test_what_is_wrong_is_noted_with_its_path(shown: contract.Limit, fields: list[str]) -> None:
    violations = Violations()
    read_limit(shown, "default", "", violations)
    assert [violation.field for violation in violations.found] == fields
