"""Money, exactly."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway_core.metering.cost import price_usage
from gateway_core.metering.usage_classes import MAX_TOKENS
from gateway_core.records.price import Price
from weir.v1.call_summary_pb2 import Cost, TokenUsage

MICRO_USD = 1000
"""In nano-USD."""
GPT = Price(input=2_500_000, output=10_000_000, cached_input=1_250_000)
CLAUDE = Price(input=3_000_000, output=15_000_000, cached_input=300_000, cache_write=3_750_000)
GEMINI = Price(input=300_000, output=2_500_000)
EVERY_CLASS = (
    "input",
    "cache_read",
    "cache_write",
    "audio_input",
    "image_input",
    "output",
    "reasoning",
    "audio_output",
)


def usage_of(counts: Mapping[str, int]) -> TokenUsage:
    usage = TokenUsage()
    for name, count in counts.items():
        setattr(usage, name, count)
    return usage


@pytest.mark.parametrize(
    ("usage", "price", "micro_usd"),
    [
        (TokenUsage(input=400, cache_read=600, output=200), GPT, 3750),
        (TokenUsage(input=50, cache_write=1000, cache_read=2000, output=100), CLAUDE, 6000),
        (TokenUsage(input=1000, output=100, reasoning=300), GEMINI, 1300),
        (TokenUsage(), GPT, 0),
    ],
)
def test_the_worked_checks_of_the_specification_come_out(usage: TokenUsage, price: Price, micro_usd: int) -> None:
    assert price_usage(usage, price) == Cost(nano_usd=micro_usd * MICRO_USD, priced=True)


def test_without_a_price_the_cost_is_unknown_and_not_free() -> None:
    assert price_usage(TokenUsage(input=1000), None) == Cost(nano_usd=0, priced=False)


def test_a_price_of_zero_is_a_price() -> None:
    assert price_usage(TokenUsage(input=1000, output=5), Price(0, 0)) == Cost(nano_usd=0, priced=True)


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("cache_read", Price(1000, 2000, cached_input=7000)),
        ("cache_write", Price(1000, 2000, cache_write=7000)),
        ("audio_input", Price(1000, 2000, audio_input=7000)),
        ("image_input", Price(1000, 2000, image_input=7000)),
        ("reasoning", Price(1000, 2000, reasoning=7000)),
        ("audio_output", Price(1000, 2000, audio_output=7000)),
    ],
)
def test_a_class_costs_its_own_price_or_that_of_its_parent(name: str, own: Price) -> None:
    usage = usage_of({name: 10})
    parent = 2 if name in ("reasoning", "audio_output") else 1
    assert price_usage(usage, own).nano_usd == 70
    assert price_usage(usage, Price(1000, 2000)).nano_usd == 10 * parent


def test_a_class_may_be_free_by_its_own_price() -> None:
    assert price_usage(TokenUsage(cache_read=10), Price(1000, 2000, cached_input=0)).nano_usd == 0


@pytest.mark.parametrize(("pico", "nano"), [(0, 0), (499, 0), (500, 1), (501, 1), (1499, 1), (1500, 2), (2500, 3)])
def test_halves_are_rounded_up(pico: int, nano: int) -> None:
    assert price_usage(TokenUsage(input=1), Price(pico, 0)).nano_usd == nano


def test_the_sum_is_rounded_and_not_its_parts() -> None:
    assert price_usage(TokenUsage(input=1, output=1, reasoning=1), Price(400, 400)).nano_usd == 1


counts = st.integers(min_value=0, max_value=10**9)
prices = st.integers(min_value=0, max_value=10**9)
maybe = st.none() | prices


@given(st.tuples(*[counts] * 8), st.tuples(prices, prices), st.tuples(*[maybe] * 6))
def test_the_cost_is_that_of_exact_fractions(
    used: tuple[int, ...], parents: tuple[int, int], own: tuple[int | None, ...]
) -> None:
    price = Price(*parents, *own)
    per_class = (
        price.input,
        *(price.input if each is None else each for each in own[:4]),
        price.output,
        *(price.output if each is None else each for each in own[4:]),
    )
    usage = usage_of(dict(zip(EVERY_CLASS, used, strict=True)))
    usd = sum(count * Fraction(pico, 10**12) for count, pico in zip(used, per_class, strict=True))
    cost = price_usage(usage, price)
    assert cost.priced
    assert Fraction(cost.nano_usd, 10**9) - usd <= Fraction(1, 2 * 10**9)
    assert usd - Fraction(cost.nano_usd, 10**9) < Fraction(1, 2 * 10**9)


def test_what_does_not_fit_into_the_books_is_refused() -> None:
    largest = 2**63 - 1
    assert price_usage(TokenUsage(input=largest), Price(1000, 0)).nano_usd == largest
    with pytest.raises(OverflowError, match="64 bits"):
        price_usage(TokenUsage(input=largest, output=1), Price(1000, 1000))


def test_no_usage_that_is_believed_overflows_at_a_thousand_dollars_per_million() -> None:
    usage = usage_of(dict.fromkeys(EVERY_CLASS, MAX_TOKENS))
    assert price_usage(usage, Price(10**9, 10**9)).nano_usd == 8 * 10**18
