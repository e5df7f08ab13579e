"""Makes a small value that fits a JSON Schema: required properties, the first of every choice. It reads no patterns."""

from collections.abc import Callable, Mapping
from math import ceil, floor
from types import MappingProxyType

DEPTH_LIMIT = 16
LENGTH_LIMIT = 1000
ITEMS_LIMIT = 10

STRINGS_BY_FORMAT: Mapping[str, str] = MappingProxyType(
    {
        "date": "2026-01-01",
        "date-time": "2026-01-01T12:00:00Z",
        "time": "12:00:00Z",
        "duration": "PT1H",
        "email": "sample@example.com",
        "hostname": "example.com",
        "ipv4": "192.0.2.1",
        "ipv6": "2001:db8::1",
        "uri": "https://example.com/",
        "uuid": "00000000-0000-4000-8000-000000000000",
    }
)
BOUNDS: tuple[tuple[str, int, Callable[[float], int]], ...] = (
    ("minimum", 0, ceil),
    ("exclusiveMinimum", 1, floor),
    ("maximum", 0, floor),
    ("exclusiveMaximum", -1, ceil),
)

Schema = Mapping[str, object]


def sample(schema: Schema) -> object:
    """Gives the same value for the same schema, always."""
    return _Sampler(schema).value(schema, "value", 0)


class _Sampler:
    """Walks one schema; `$ref` points into it."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def value(self, schema: object, name: str, depth: int) -> object:
        if not isinstance(schema, Mapping) or depth > DEPTH_LIMIT:
            return None
        if "const" in schema:
            return schema["const"]
        for key in ("enum", "examples"):
            members = schema.get(key)
            if isinstance(members, list) and members:
                return members[0]
        if "default" in schema:
            return schema["default"]
        inner = self._inner(schema)
        return self._typed(schema, name, depth) if inner is None else self.value(inner, name, depth + 1)

    def _inner(self, schema: Schema) -> Schema | None:
        reference = schema.get("$ref")
        if isinstance(reference, str):
            return self._referred(reference)
        for key in ("anyOf", "oneOf"):
            members = schema.get(key)
            if isinstance(members, list) and members and isinstance(members[0], Mapping):
                return {**schema, key: None, **members[0]}
        members = schema.get("allOf")
        return _merged(schema, members) if isinstance(members, list) else None

    def _referred(self, reference: str) -> Schema:
        target: object = self._root
        for step in reference.removeprefix("#").split("/")[1:]:
            target = target.get(step.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
        return target if isinstance(target, Mapping) else {}

    def _typed(self, schema: Schema, name: str, depth: int) -> object:
        match _type_of(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                count = max(1, _integer(schema, "minItems", 0))
                count = min(count, _integer(schema, "maxItems", ITEMS_LIMIT), ITEMS_LIMIT)
                return [self.value(schema.get("items", {}), name, depth + 1) for _ in range(count)]
            case "integer" | "number":
                return _number(schema)
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return _string(schema, name)

    def _object(self, schema: Schema, depth: int) -> dict[str, object]:
        properties = schema.get("properties")
        required = schema.get("required")
        if not isinstance(properties, Mapping):
            properties = {}
        names = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
        return {name: self.value(properties.get(name, {}), name, depth + 1) for name in names}


def _merged(schema: Schema, members: list[object]) -> Schema:
    merged: dict[str, object] = {key: value for key, value in schema.items() if key != "allOf"}
    properties: dict[str, object] = {}
    required: list[object] = []
    for part in (dict(merged), *members):
        if isinstance(part, Mapping):
            merged |= part
            inner, names = part.get("properties"), part.get("required")
            properties |= inner if isinstance(inner, Mapping) else {}
            required += names if isinstance(names, list) else []
    return {**merged, "properties": properties, "required": required}


def _type_of(schema: Schema) -> object:
    found = schema.get("type")
    if isinstance(found, list):
        found = next((name for name in found if name != "null"), "null")
    if found is None and ("properties" in schema or "required" in schema):
        return "object"
    return "array" if found is None and "items" in schema else found


def _integer(schema: Schema, key: str, otherwise: int) -> int:
    value = schema.get(key)
    return value if isinstance(value, int) else otherwise


def _number(schema: Schema) -> int | float:
    for key, step, whole in BOUNDS:
        bound = schema.get(key)
        if isinstance(bound, int | float):
            return whole(bound) + step if _type_of(schema) == "integer" else bound + step
    multiple = schema.get("multipleOf")
    return multiple if isinstance(multiple, int | float) else 1


def _string(schema: Schema, name: str) -> str:
    text = STRINGS_BY_FORMAT.get(str(schema.get("format")), f"sample {name}")
    text = text.ljust(min(_integer(schema, "minLength", 0), LENGTH_LIMIT), ".")
    return text[: max(0, _integer(schema, "maxLength", LENGTH_LIMIT))]
