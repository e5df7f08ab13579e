"""Reads what a simulated answer is told to do: `pace=10ms,tokens=200`. It does none of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from msgspec import convert

COUNT_LIMIT = 100_000
SIZE_LIMIT = 64 * 1024 * 1024
DURATION_LIMIT = 3600.0

DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|)")
DURATION_UNITS: Mapping[str, float] = MappingProxyType({"ms": 0.001, "s": 1.0, "m": 60.0, "": 1.0})
SIZE = re.compile(r"(\d{1,9})(KiB|MiB|B|)")
SIZE_UNITS: Mapping[str, int] = MappingProxyType({"KiB": 1024, "MiB": 1024 * 1024, "B": 1, "": 1})
CODE = re.compile(r"[A-Za-z0-9_]{1,64}")
ERROR_STATUS = range(400, 600)


@dataclass(frozen=True, slots=True)
class Script:
    """What is to happen. Times are in seconds; counts of chunks that are `None` mean never."""

    pace: float = 0.0
    slow: float = 0.0
    keepalive: float = 0.0
    tokens: int | None = None
    big: int = 0
    fail: int | None = None
    status: int | None = None
    code: str | None = None
    retry_after: float | None = None
    cut: int | None = None
    stall: int | None = None
    error: int | None = None
    malformed: int | None = None
    refuse: bool = False
    reset: bool = False
    silent: bool = False
    garbage: bool = False
    nodone: bool = False
    nousage: bool = False


class ScriptProblem(Exception):
    """A script that nobody can follow. The message says which word of it."""


def read_script(*texts: str) -> Script:
    """Reads scripts; what a later one says wins over an earlier one."""
    found: dict[str, object] = {}
    for text in texts:
        for word in filter(None, (part.strip() for part in text.split(","))):
            name, equals, value = word.partition("=")
            if name not in WORDS:
                raise ScriptProblem(f"the simulator does not know the word {name[:64]!r}{_hint(name)}")
            try:
                found[name] = WORDS[name](value if equals else None)
            except ValueError as error:
                raise ScriptProblem(f"the simulator cannot read {word[:64]!r}: {error}") from error
    return convert(found, Script)


def _hint(name: str) -> str:
    near = get_close_matches(name, WORDS, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; it knows {', '.join(WORDS)}"


def _flag(value: str | None) -> bool:
    if value is not None:
        raise ValueError("it takes no value")
    return True


def _count(value: str | None) -> int:
    if value is None or not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > COUNT_LIMIT:
        raise ValueError(f"it takes a number from 0 to {COUNT_LIMIT}")
    return int(value)


def _status(value: str | None) -> int:
    if value is None or not re.fullmatch(r"[0-9]{3}", value) or int(value) not in ERROR_STATUS:
        raise ValueError("it takes a status from 400 to 599")
    return int(value)


def _duration(value: str | None) -> float:
    match = DURATION.fullmatch(value or "")
    seconds = float(match[1]) * DURATION_UNITS[match[2]] if match else DURATION_LIMIT + 1
    if seconds > DURATION_LIMIT:
        raise ValueError("it takes a time like 300ms, 2s or 1m, one hour at most")
    return seconds


def _size(value: str | None) -> int:
    match = SIZE.fullmatch(value or "")
    size = int(match[1]) * SIZE_UNITS[match[2]] if match else SIZE_LIMIT + 1
    if size > SIZE_LIMIT:
        raise ValueError("it takes a size like 64KiB or 1MiB, 64MiB at most")
    return size


def _code(value: str | None) -> str:
    if value is None or not CODE.fullmatch(value):
        raise ValueError("it takes a code like context_length_exceeded")
    return value


WORDS: Mapping[str, Callable[[str | None], object]] = MappingProxyType(
    {
        "pace": _duration,
        "slow": _duration,
        "keepalive": _duration,
        "tokens": _count,
        "big": _size,
        "fail": _status,
        "status": _status,
        "code": _code,
        "retry_after": _duration,
        "cut": _count,
        "stall": _count,
        "error": _count,
        "malformed": _count,
        "refuse": _flag,
        "reset": _flag,
        "silent": _flag,
        "garbage": _flag,
        "nodone": _flag,
        "nousage": _flag,
    }
)
