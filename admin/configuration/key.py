"""A key of the format, what kind of value it takes, and a section that reads its keys. It knows no particular key."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from admin.configuration.problem import Wrong, suggest
from admin.configuration.value import Value

NOT_ENFORCED = "is kept as a record, but not yet enforced by this version"
T = TypeVar("T")
D = TypeVar("D")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T_co]):
    """A kind of value: what to call it in the documentation, and how to read one; reading raises Wrong."""

    words: str
    read: Callable[[Value], T_co]


@dataclass(frozen=True, slots=True)
class Key(Generic[T_co]):
    """A key of the format. `default` is written as in the file, and is empty where there is none.

    A key that is not enforced is checked and kept like any other, and leaves a warning besides.
    """

    name: str
    kind: Kind[T_co]
    meaning: str
    default: str = ""
    required: bool = False
    enforced: bool = True


def read_or(value: Value, kind: Kind[T], fallback: D) -> T | D:
    """Reads a value; one that is wrong is noted as a problem and replaced, so that reading goes on."""
    try:
        return kind.read(value)
    except Wrong as wrong:
        value.note(str(wrong))
        return fallback


class Section:
    """A mapping whose keys are known. Making one notes unknown and missing keys, and warns of those not enforced."""

    def __init__(self, value: Value, keys: Sequence[Key[object]], *, quotes_keys: bool = True) -> None:
        """Takes the mapping and its keys. Where a key may be a mistyped secret, `quotes_keys` keeps it unquoted."""
        self.value = value
        entries = read_or(value, MAPPING, None)
        self._found = dict(entries or ())
        known = {key.name: key for key in keys}
        for name, found in self._found.items():
            if name not in known:
                shown = f" `{name}`" if quotes_keys and found.path[-1:] != "?" else ""
                value.note(f"unknown key{shown}{suggest(name, known)}", found.line)
            elif not known[name].enforced:
                found.doubt(NOT_ENFORCED + f"; so is every other `{name}`", once=name)
        for key in keys:
            if key.required and entries is not None and key.name not in self._found:
                value.note(f"`{key.name}` is missing")

    def find(self, key: Key[T]) -> Value | None:
        """Gives the value of a key as it stands in the file."""
        return self._found.get(key.name)

    def read(self, key: Key[T], fallback: D) -> T | D:
        """Reads a key; the fallback stands in for a key that is absent or wrong."""
        value = self._found.get(key.name)
        return fallback if value is None else read_or(value, key.kind, fallback)

    def is_set(self, key: Key[bool]) -> bool:
        """Reads a truth value that is false where it is absent or wrong."""
        return self.read(key, fallback=False)

    def check(self, keys: Sequence[Key[object]]) -> None:
        """Reads keys for their problems only."""
        for key in keys:
            self.read(key, None)

    def entries(self, key: Key[list[tuple[str, Value]]]) -> list[tuple[str, Value]]:
        """Gives the entries of a mapping below a key; none if it is absent."""
        return self.read(key, [])


def entries_of(value: Value) -> list[tuple[str, Value]]:
    """Gives the entries of a mapping whose keys are names that the user chooses."""
    return value.entries()


MAPPING = Kind("mapping", entries_of)
