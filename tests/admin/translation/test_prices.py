"""Prices are shown as the contract says, and what is shown is read back as it was."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin.conduct.violations import Violations
from admin.translation.prices import read_tokens, show_price, show_tokens
from gateway_core.records.price import Price
from gateway_core.records.price_row import PriceRow
from weir.admin.v1 import price_pb2 as contract

NOW = datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC)
AMOUNTS = st.integers(0, 10**12)
PRICES = st.builds(Price, AMOUNTS, AMOUNTS, *[st.none() | AMOUNTS] * 6)


@given(PRICES)
def test_what_tokens_cost_is_read_back_as_before(price: Price) -> None:
    violations = Violations()
    assert read_tokens(show_tokens(price), violations) == price
    assert not violations.found


def test_every_field_has_its_place() -> None:
    price = Price(1, 2, cached_input=3, cache_write=4, audio_input=5, image_input=6, reasoning=7, audio_output=8)
    shown = show_price(PriceRow("prc_1", "openai", "gpt", 3, price, NOW, 200, NOW, "file"))
    assert (shown.name, shown.uid, shown.provider) == ("prices/prc_1", "prc_1", "providers/openai")
    assert (shown.provider_model, shown.version, shown.min_input_tokens) == ("gpt", 3, 200)
    assert shown.start_time.ToDatetime(UTC) == shown.create_time.ToDatetime(UTC) == NOW
    assert shown.tokens == contract.TokenPrices(
        input_pico_usd=1,
        output_pico_usd=2,
        cache_read_pico_usd=3,
        cache_write_pico_usd=4,
        audio_input_pico_usd=5,
        image_input_pico_usd=6,
        reasoning_pico_usd=7,
        audio_output_pico_usd=8,
    )


def test_free_is_not_the_same_as_not_said() -> None:
    assert read_tokens(contract.TokenPrices(input_pico_usd=0, output_pico_usd=0), Violations()) == Price(0, 0)
    read = read_tokens(contract.TokenPrices(input_pico_usd=1, output_pico_usd=1, reasoning_pico_usd=0), Violations())
    assert (read.reasoning, read.cached_input) == (0, None)


@pytest.mark.parametrize(
    ("tokens", "fields"),
    [
        (contract.TokenPrices(), ["price.tokens.input_pico_usd", "price.tokens.output_pico_usd"]),
        (contract.TokenPrices(input_pico_usd=1), ["price.tokens.output_pico_usd"]),
        (contract.TokenPrices(input_pico_usd=-1, output_pico_usd=0), ["price.tokens.input_pico_usd"]),
        (
            contract.TokenPrices(input_pico_usd=0, output_pico_usd=0, audio_output_pico_usd=10**12 + 1),
            ["price.tokens.audio_output_pico_usd"],
        ),
    ],
)
def test_what_is_wrong_is_noted_with_its_path(tokens: contract.TokenPrices, fields: list[str]) -> None:
    violations = Violations()
    read_tokens(tokens, violations)
    assert [violation.field for violation in violations.found] == fields
