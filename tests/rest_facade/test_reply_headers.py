"""Headers tell exact money and carry no line ends, whatever a name holds."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rest_facade.reply_headers import core_overhead, cost_text, dollars, header_value, summary_headers
from tests.fakes.scripted_core import summary
from weir.v1.call_summary_pb2 import CallSummary


@pytest.mark.parametrize(
    ("nano_usd", "text"),
    [
        (0, "0"),
        (1, "0.000000001"),
        (1_500_000, "0.0015"),
        (1_000_000_000, "1"),
        (12_000_000_010, "12.00000001"),
        (-5, "-0.000000005"),
        (100_000_000_000, "100"),
    ],
)
def test_money_is_exact_and_short(nano_usd: int, text: str) -> None:
    assert dollars(nano_usd) == text


@settings(deadline=None)
@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_money_survives_being_written(nano_usd: int) -> None:
    assert Decimal(dollars(nano_usd)) * 1_000_000_000 == nano_usd


def test_an_unknown_price_is_not_free() -> None:
    assert cost_text(summary(nano_usd=None).cost) is None
    assert b"x-weir-cost-usd" not in dict(summary_headers(summary(nano_usd=None)))


@settings(deadline=None)
@given(st.text())
def test_no_name_breaks_out_of_its_header(name: str) -> None:
    value = header_value(name)
    assert value.isascii()
    assert value.decode().isprintable()


def test_an_ordinary_name_stays_as_it_is() -> None:
    assert header_value("openai/gpt-4o mini") == b"openai/gpt-4o mini"


def test_the_last_attempt_gives_the_provider() -> None:
    headers = dict(summary_headers(summary("first", "second")))
    assert headers[b"x-weir-provider"] == b"second"
    assert headers[b"x-weir-attempts"] == b"2"
    assert headers[b"x-weir-model"] == b"fast"


def test_a_call_without_attempts_has_no_provider() -> None:
    assert b"x-weir-provider" not in dict(summary_headers(CallSummary()))


def test_the_overhead_of_the_core_is_what_no_provider_took() -> None:
    account = CallSummary()
    account.duration.FromMilliseconds(2_100)
    account.provider_duration.FromMilliseconds(1_900)
    assert core_overhead(account) == pytest.approx(0.2)
