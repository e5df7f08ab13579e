"""US dollars between people, who write decimals, and the contract, which counts integers. Nothing is rounded."""

import re
from decimal import Decimal
from typing import Final

import typer

NANO: Final = 10**9
PICO_PER_MILLION: Final = 10**6
WRITTEN: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")
DECIMALS: Final = 2


def read_usd(text: str) -> int:
    """Reads an amount of USD into billionths. Raises BadParameter."""
    return _exact(text, NANO, "9")


def read_price(text: str) -> int:
    """Reads USD per million tokens into trillionths of a USD per token. Raises BadParameter."""
    return _exact(text, PICO_PER_MILLION, "6")


def write_usd(nano: int) -> str:
    """Writes billionths as USD, exactly, with two decimals at least."""
    return f"{_decimal(nano, NANO)} USD"


def write_price(pico: int) -> str:
    """Writes trillionths of a USD per token as USD per million tokens."""
    return _decimal(pico, PICO_PER_MILLION)


def _exact(text: str, parts: int, decimals: str) -> int:
    if not WRITTEN.fullmatch(text):
        raise typer.BadParameter(f"{text!r} is no amount of USD: it must be a decimal number such as 0.15")
    amount = Decimal(text) * parts
    if amount != amount.to_integral_value():
        raise typer.BadParameter(f"{text} is too fine: it may have {decimals} decimals")
    return int(amount)


def _decimal(number: int, parts: int) -> str:
    whole, _, fraction = f"{Decimal(number) / parts:.12f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(DECIMALS, '0')}"
