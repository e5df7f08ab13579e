"""Says in one short line how a record changed, from the JSON of before and after. It knows no kind of record."""

from collections.abc import Iterator
from typing import Final

import msgspec

LONGEST_VALUE: Final = 40
LONGEST: Final = 120
MORE: Final = "…"


def short_diff(before_json: str, after_json: str) -> str:
    """Writes `field: before -> after` for each field that differs; of a new or deleted record, what it has or had."""
    before, after = _fields(before_json), _fields(after_json)
    return _cut(", ".join(_differences(before, after)), LONGEST)


def _fields(text: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(text, type=dict[str, object]) if text else {}
    except msgspec.DecodeError:
        return {"?": text}


def _differences(before: dict[str, object], after: dict[str, object]) -> Iterator[str]:
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new or (_says_nothing(old) and _says_nothing(new)):
            continue
        if not before or not after:
            yield f"{name}={_value(new if after else old)}"
        else:
            yield f"{name}: {_value(old)} -> {_value(new)}"


def _says_nothing(value: object) -> bool:
    return value is None or value is False or value in ("", [], {})


def _value(value: object) -> str:
    written = value if isinstance(value, str) and value else msgspec.json.encode(value).decode()
    return _cut(written, LONGEST_VALUE)


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + MORE
