"""Kinds of values that are quantities: durations, sizes, money, shares. Money never becomes a binary fraction."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from admin.configuration.key import Kind
from admin.configuration.problem import Wrong
from admin.configuration.value import Value

NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
DURATION_TEXT = re.compile(rf"({NUMBER})(ms|s|m|h)?")
SIZE_TEXT = re.compile(rf"({NUMBER}) ?(B|kB|MB|GB|KiB|MiB|GiB)?")
MONEY_TEXT = re.compile(NUMBER)
MOMENT_TEXT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:[Zz]|[+-][0-9]{2}:[0-9]{2}))?"
)

SECONDS = {None: Decimal(1), "ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600)}
BYTES = {None: 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
LONGEST_SECONDS = 366 * 24 * 3600
LARGEST_SIZE = 2**31 - 1
HIGHEST_USD = 10**9
HIGHEST_COST_USD = 9 * 10**9
NANO_IS_FINEST = "a nano-USD: at most 9 decimals"

PICO_PER_MILLION = 10**6
NANO = 10**9
FINEST = 9
DAY_SECONDS = 24 * 3600


def _read_duration(value: Value) -> float:
    match = DURATION_TEXT.fullmatch(value.text())
    if not match:
        raise Wrong("must be a duration such as `500ms`, `5s`, `1m`, `1h`, or a number of seconds")
    seconds = Decimal(match[1]) * SECONDS[match[2]]
    if seconds > LONGEST_SECONDS:
        raise Wrong("must be at most a year")
    return float(seconds)


def _read_wait(value: Value) -> float:
    seconds = _read_duration(value)
    if seconds <= 0:
        raise Wrong("must be longer than 0 seconds")
    return seconds


def wait_within(least: float, most: float, words: str) -> Kind[float]:
    """Makes the kind for durations within bounds, which `words` names."""

    def read(value: Value) -> float:
        seconds = _read_wait(value)
        if not least <= seconds <= most:
            raise Wrong(f"must be {words}")
        return seconds

    return Kind(f"duration {words}", read)


def show_duration(seconds: float) -> str:
    """Writes a duration as it is read, to the nanosecond."""
    return f"{Decimal(repr(round(seconds, FINEST))).normalize():f}s"


def _read_size(value: Value) -> int:
    match = SIZE_TEXT.fullmatch(value.text())
    if not match:
        raise Wrong("must be a size such as `32MiB`, `100kB`, or a number of bytes")
    size = Decimal(match[1]) * BYTES[match[2]]
    if size != size.to_integral_value() or not 1 <= size <= LARGEST_SIZE:
        raise Wrong(f"must be a whole number of bytes from 1 to {LARGEST_SIZE}")
    return int(size)


def _exact(text: str, parts: int, finest: str, highest: int = HIGHEST_USD) -> int:
    """Gives an amount of USD in integers of a part of it; refuses what would have to be rounded."""
    if not MONEY_TEXT.fullmatch(text):
        raise Wrong("must be an amount of USD as a decimal number, such as `0.15`")
    amount = Decimal(text) * parts
    if amount != amount.to_integral_value():
        raise Wrong(f"is finer than {finest}")
    if amount > highest * parts:
        raise Wrong("is too large to be meant")
    return int(amount)


def _read_price(value: Value) -> int:
    return _exact(value.text(), PICO_PER_MILLION, "a pico-USD per token: at most 6 decimals")


def _read_money(value: Value) -> int:
    return _exact(value.text(), NANO, NANO_IS_FINEST)


def _read_share(value: Value) -> float:
    text = value.text()
    if not MONEY_TEXT.fullmatch(text) or Decimal(text) > 1:
        raise Wrong("must be a number from 0 to 1")
    return float(text)


def _read_cost(value: Value) -> int:
    amount = _exact(value.text(), NANO, NANO_IS_FINEST, HIGHEST_COST_USD)
    if amount == 0:
        raise Wrong("must be more than 0")
    return amount


def _read_moment(value: Value) -> datetime:
    text = value.text()
    if not MOMENT_TEXT.fullmatch(text):
        raise Wrong("must be a date such as `2027-01-31`, or a moment such as `2027-01-31T12:00:00Z`")
    try:
        read = datetime.fromisoformat(text.upper())
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Wrong("is no moment of the calendar") from error


DURATION = Kind("duration", _read_duration)
WAIT = Kind("duration above 0", _read_wait)
SIZE = Kind("size", _read_size)
PRICE = Kind("USD per million tokens", _read_price)
MONEY = Kind("USD", _read_money)
SHARE = Kind("number from 0 to 1", _read_share)
COST = Kind("USD above 0", _read_cost)
MOMENT = Kind("date or moment", _read_moment)
