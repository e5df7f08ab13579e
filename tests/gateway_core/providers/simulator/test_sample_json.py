"""Sample values for JSON Schemas."""

import pytest

from gateway_core.providers.simulator.sample_json import sample

SAMPLES: list[tuple[dict[str, object], object]] = [
    ({}, "sample value"),
    ({"type": "string"}, "sample value"),
    ({"type": "string", "format": "date"}, "2026-01-01"),
    ({"type": "string", "minLength": 15}, "sample value..."),
    ({"type": "string", "maxLength": 3}, "sam"),
    ({"type": "integer"}, 1),
    ({"type": "integer", "minimum": 2.5}, 3),
    ({"type": "integer", "exclusiveMinimum": 2}, 3),
    ({"type": "integer", "maximum": -2}, -2),
    ({"type": "number", "minimum": 0.5}, 0.5),
    ({"type": "number", "exclusiveMaximum": 0.5}, -0.5),
    ({"type": "integer", "multipleOf": 5}, 5),
    ({"type": "boolean"}, True),
    ({"type": "null"}, None),
    ({"type": ["null", "integer"]}, 1),
    ({"type": ["null"]}, None),
    ({"const": [1]}, [1]),
    ({"enum": ["b", "a"]}, "b"),
    ({"enum": [], "type": "integer"}, 1),
    ({"examples": ["x"]}, "x"),
    ({"default": None, "type": "string"}, None),
    ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 1),
    ({"oneOf": [{"const": 7}]}, 7),
    ({"anyOf": [], "type": "integer"}, 1),
    ({"type": "array", "items": {"type": "integer"}}, [1]),
    ({"type": "array", "items": {"type": "integer"}, "minItems": 3}, [1, 1, 1]),
    ({"type": "array", "maxItems": 0}, []),
    ({"type": "array", "minItems": 10**9, "items": {"const": 0}}, [0] * 10),
    ({"items": {"type": "integer"}}, [1]),
    ({"type": "object"}, {}),
    ({"type": "object", "properties": 7, "required": "x"}, {}),
    (
        {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer"}, "unit": {"type": "string"}},
            "required": ["city", "days", "other", 7],
        },
        {"city": "sample city", "days": 1, "other": "sample other"},
    ),
    ({"properties": {"a": {"const": 1}}, "required": ["a"]}, {"a": 1}),
    ({"$ref": "#/$defs/a~1b", "$defs": {"a/b": {"const": 3}}}, 3),
    ({"$ref": "#/nowhere/at/all"}, "sample value"),
    ({"$ref": "#/$defs/a", "$defs": {"a": 7}}, "sample value"),
    (
        {
            "allOf": [
                {"properties": {"a": {"const": 1}}, "required": ["a"]},
                {"properties": {"b": {"const": 2}}, "required": ["b"]},
                7,
            ]
        },
        {"a": 1, "b": 2},
    ),
]


@pytest.mark.parametrize(("schema", "value"), SAMPLES)
def test_a_sample_fits_its_schema(schema: dict[str, object], value: object) -> None:
    found = sample(schema)
    assert found == value
    assert type(found) is type(value)


def test_a_schema_without_an_end_comes_to_an_end() -> None:
    schema = {"$ref": "#/$defs/node", "$defs": {"node": {"required": ["next"], "properties": {}}}}
    schema["$defs"] = {"node": {"required": ["next"], "properties": {"next": {"$ref": "#/$defs/node"}}}}
    depth = 0
    found = sample(schema)
    while isinstance(found, dict):
        found = found["next"]
        depth += 1
    assert found is None
    assert 0 < depth < 20
