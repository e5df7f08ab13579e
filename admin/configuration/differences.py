"""Says which fields of two records differ, and where exactly. It knows no record."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import orjson

from admin.configuration.entries import SECRET, Fields, Json
from gateway_core.records.secret import MASK

ABSENT = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """How one field changes: JSON text before and afterwards, `None` where there is nothing."""

    path: str
    before: str | None
    after: str | None


def differences(before: Fields, after: Fields) -> tuple[FieldChange, ...]:
    """Gives each field that differs, as deep inside as one can point at it."""
    return tuple(_in_mapping("", before, after))


def _in_mapping(path: str, before: Fields, after: Fields) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*after, *before)):
        inner = f"{path}.{name}" if path else name
        yield from _between(inner, before.get(name, ABSENT), after.get(name, ABSENT))


def _between(path: str, before: object, after: object) -> Iterator[FieldChange]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _in_mapping(path, before, after)
    elif _holds_mappings(before) and _holds_mappings(after):
        for at in range(max(len(before), len(after))):
            yield from _between(f"{path}[{at}]", _at(before, at), _at(after, at))
    else:
        yield FieldChange(path, _shown(path, before), _shown(path, after))


def _holds_mappings(value: object) -> TypeGuard[Sequence[Json]]:
    return isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)


def _at(values: Sequence[Json], at: int) -> object:
    return values[at] if at < len(values) else ABSENT


def _shown(path: str, value: object) -> str | None:
    if value is ABSENT or value is None:
        return None
    return orjson.dumps(MASK if path == SECRET else value).decode()
