"""US dollars: exact in both directions."""

from decimal import Decimal

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from gateway_cli.remote.money import read_price, read_usd, write_price, write_usd

AMOUNTS = st.integers(-(10**20), 10**20)


@given(AMOUNTS)
def test_what_is_written_is_read_again(nano: int) -> None:
    assert read_usd(write_usd(nano).removesuffix(" USD")) == nano


@given(st.integers(0, 10**12))
def test_prices_are_exact(pico: int) -> None:
    assert Decimal(write_price(pico)) * 10**6 == pico
    assert read_price(write_price(pico)) == pico


@pytest.mark.parametrize(
    ("nano", "text"),
    [
        (0, "0.00 USD"),
        (1, "0.000000001 USD"),
        (-1, "-0.000000001 USD"),
        (12_500_000_000, "12.50 USD"),
        (-(10**18), "-1000000000.00 USD"),
    ],
)
def test_money_has_two_decimals_at_least(nano: int, text: str) -> None:
    assert write_usd(nano) == text


@pytest.mark.parametrize("text", ["", "1e3", "1,5", "$1", "--1", "1.", ".5", "٣", "1" * 13, "NaN", " 1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter, match="is no amount of USD"):
        read_usd(text)


def test_what_would_have_to_be_rounded_is_refused() -> None:
    with pytest.raises(typer.BadParameter, match="may have 9 decimals"):
        read_usd("0.0000000001")
    with pytest.raises(typer.BadParameter, match="may have 6 decimals"):
        read_price("0.0000001")
