"""Makes the readers of fields that hold many values. Knows neither the fields' names nor whether a misfit is fatal."""

from collections.abc import Mapping

from google.protobuf.descriptor import FieldDescriptor

from openai_json.problem import FieldProblem, wrong_type
from openai_json.scalars import Convert, scalar_types


def scalars_reader(field: FieldDescriptor) -> Convert:
    """Makes the reader of an array of scalars."""
    expected, types = scalar_types(field)

    def read(values: list[object]) -> list[object]:
        items: list[object] = []
        try:
            for value in values:
                items.append(read_scalar(value, expected, types))
        except FieldProblem as problem:
            problem.rise(f"[{len(items)}]")
            raise
        return items

    return read


def objects_reader(read_object: Convert) -> Convert:
    """Makes the reader of an array of objects."""

    def read(values: list[object]) -> list[object]:
        items: list[object] = []
        try:
            for value in values:
                if type(value) is not dict:
                    raise wrong_type("an object", value)
                items.append(read_object(value))
        except FieldProblem as problem:
            problem.rise(f"[{len(items)}]")
            raise
        return items

    return read


def map_reader(field: FieldDescriptor) -> Convert:
    """Makes the reader of an object whose keys are the caller's own."""
    expected, types = scalar_types(field.message_type.fields_by_name["value"])

    def read(members: dict[str, object]) -> dict[str, object]:
        items: dict[str, object] = {}
        for key, value in members.items():
            try:
                items[key] = read_scalar(value, expected, types)
            except FieldProblem as problem:
                problem.rise(key)
                raise
        return items

    return read


def filled(read: Convert) -> Convert:
    """Reads as `read` does, but refuses what is empty: a repeated field cannot tell that from absent."""

    def read_filled(values: list[object] | dict[str, object]) -> object:
        return read(values) if values else None

    return read_filled


def read_scalar(value: object, expected: str, types: Mapping[type, Convert | None]) -> object:
    """Reads one value of an array or a map."""
    if type(value) not in types:
        raise wrong_type(expected, value)
    convert = types[type(value)]
    return value if convert is None else convert(value)
