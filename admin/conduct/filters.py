"""Filters of lists: comparisons joined by AND, read into conditions. Which fields there are, a table says."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from gateway_core.errors import InvalidRequest
from gateway_core.storage.query import Comparison, Where

FIELD = "filter"
LONGEST = 1000
MOST = 10
LONGEST_NUMBER = 18
PARTS = 3
TOKEN = re.compile(
    r"""(?P<comparison>!=|<=|>=|=|<|>)|"(?P<quoted>(?:[^"\\]|\\["\\*])*)"|(?P<word>[A-Za-z0-9._:@+~/-]+\*?)"""
)
ESCAPED = re.compile(r"\\(.)")
OPEN = re.compile(r"((?:[^\\]|\\.)*)\*", re.DOTALL)
EQUAL: tuple[Comparison, ...] = ("=",)
EITHER: tuple[Comparison, ...] = ("=", "!=")
RANGE: tuple[Comparison, ...] = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Compared:
    """A value as it stands in a filter. `open` says that a `*` at its end stands for any rest."""

    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Filterable:
    """A field that lists can be filtered by: its comparisons, and how a comparison becomes a condition.

    `where` raises ValueError with a sentence for a value that it cannot read.
    """

    comparisons: tuple[Comparison, ...]
    where: Callable[[Comparison, Compared], Where]


def text(column: str) -> Filterable:
    """Makes a field of text, which also can be asked for its beginning."""

    def where(comparison: Comparison, value: Compared) -> Where:
        if not value.open:
            return Where(column, comparison, value.text)
        if comparison == "!=":
            raise ValueError("a value with * at its end goes with = only")
        return Where(column, "prefix", value.text)

    return Filterable(EITHER, where)


def exact(column: str, comparisons: tuple[Comparison, ...] = EQUAL) -> Filterable:
    """Makes a field of text that is compared as a whole."""
    return Filterable(comparisons, lambda comparison, value: Where(column, comparison, _whole(value)))


def choice(column: str, values: Mapping[str, str]) -> Filterable:
    """Makes a field that holds one of several values; the names are those of the contract."""

    def where(comparison: Comparison, value: Compared) -> Where:
        known = values.get(value.text)
        if known is None or value.open:
            raise ValueError(f"must be one of {', '.join(values)}")
        return Where(column, comparison, known)

    return Filterable(EITHER, where)


def truth(column: str) -> Filterable:
    """Makes a field that is true or false."""
    return Filterable(EQUAL, lambda _, value: Where(column, "=", _truth(value)))


def presence(column: str) -> Filterable:
    """Makes a field that is true where a column holds anything."""
    return Filterable(EQUAL, lambda _, value: Where(column, "!=" if _truth(value) else "=", None))


def moment(column: str) -> Filterable:
    """Makes a field that is a moment."""
    return Filterable(RANGE, lambda comparison, value: Where(column, comparison, read_moment(_whole(value))))


def number(column: str) -> Filterable:
    """Makes a field that is a whole number."""
    return Filterable((*EQUAL, *RANGE), lambda comparison, value: Where(column, comparison, _number(_whole(value))))


def read_filter(written: str, fields: Mapping[str, Filterable]) -> list[Where]:
    """Reads a filter. Raises InvalidRequest that says what is wrong, and where."""
    if len(written) > LONGEST:
        raise InvalidRequest.at(FIELD, f"must have at most {LONGEST} characters")
    if "\0" in written:
        raise InvalidRequest.at(FIELD, "must not hold the character NUL")
    if not written.strip():
        return []
    conditions = list(_conditions(list(_tokens(written)), fields))
    if len(conditions) > MOST:
        raise InvalidRequest.at(FIELD, f"must have at most {MOST} comparisons")
    return conditions


def _tokens(written: str) -> Iterator[re.Match[str]]:
    at = 0
    while rest := written[at:].lstrip():
        at = len(written) - len(rest)
        token = TOKEN.match(written, at)
        if token is None:
            raise InvalidRequest.at(FIELD, f"cannot be read from character {at + 1} on")
        yield token
        at = token.end()


def _conditions(tokens: Sequence[re.Match[str]], fields: Mapping[str, Filterable]) -> Iterator[Where]:
    for at in range(0, len(tokens), PARTS + 1):
        if at and tokens[at - 1]["word"] != "AND":
            raise InvalidRequest.at(FIELD, f"must have AND at character {tokens[at - 1].start() + 1}")
        yield _condition(tokens[at : at + PARTS], fields)
    if len(tokens) % (PARTS + 1) != PARTS:
        raise InvalidRequest.at(FIELD, "must be comparisons such as `disabled = false`, joined by AND")


def _condition(tokens: Sequence[re.Match[str]], fields: Mapping[str, Filterable]) -> Where:
    if len(tokens) != PARTS or not tokens[0]["word"] or not tokens[1]["comparison"] or tokens[2]["comparison"]:
        raise InvalidRequest.at(FIELD, "must be comparisons such as `disabled = false`, joined by AND")
    name, comparison = tokens[0]["word"], cast("Comparison", tokens[1]["comparison"])
    field = fields.get(name)
    if field is None:
        raise InvalidRequest.at(FIELD, f"there is no field {name}; there are {', '.join(sorted(fields))}")
    if comparison not in field.comparisons:
        raise InvalidRequest.at(FIELD, f"{name} goes with {' '.join(field.comparisons)}, not with {comparison}")
    try:
        return field.where(comparison, _value(tokens[2]))
    except ValueError as error:
        raise InvalidRequest.at(FIELD, f"{name}: {error}") from error


def _value(token: re.Match[str]) -> Compared:
    quoted = token["quoted"]
    if quoted is None:
        word = token["word"]
        return Compared(word.removesuffix("*"), word.endswith("*"))
    beginning = OPEN.fullmatch(quoted)
    return Compared(ESCAPED.sub(r"\1", beginning[1] if beginning else quoted), beginning is not None)


def _whole(value: Compared) -> str:
    if value.open:
        raise ValueError("takes no * at the end of a value")
    return value.text


def _truth(value: Compared) -> bool:
    if value.text not in {"true", "false"} or value.open:
        raise ValueError("must be true or false")
    return value.text == "true"


def _number(written: str) -> int:
    if not written.removeprefix("-").isdecimal() or len(written) > LONGEST_NUMBER:
        raise ValueError("must be a whole number")
    return int(written)


def read_moment(written: str) -> datetime:
    """Reads a moment in RFC 3339. Raises ValueError."""
    sentence = 'must be a moment such as "2027-01-01T00:00:00Z"'
    try:
        read = datetime.fromisoformat(written)
        in_utc = read.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(sentence) from error
    if read.tzinfo is None:
        raise ValueError(sentence)
    return in_utc
