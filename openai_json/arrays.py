"""Makes the readers of fields that hold many values. Knows neither the fields' names nor whether a misfit is fatal."""

from collections.abc import Mapping

from google.protobuf.descriptor import FieldDescriptor

from openai_json.plan import message_of
from openai_json.problem import FieldProblem, wrong_type
from openai_json.scalars import Convert, scalar_types


def scalars_reader(field: FieldDescriptor) -> Convert:
    """Makes the reader of an array of scalars."""
    expected, types = scalar_types(field)

    def read_item(value: object) -> object:
        return read_scalar(value, expected, types)

    return array_reader(read_item)


def objects_reader(read_object: Convert) -> Convert:
    """Makes the reader of an array of objects."""

    def read_item(value: object) -> object:
        if isinstance(value, dict):
            return read_object(value)
        raise wrong_type("an object", value)

    return array_reader(read_item)


def array_reader(read_item: Convert) -> Convert:
    """Makes the reader of an array whose members are read one by one."""

    def read(values: list[object]) -> list[object]:
        items: list[object] = []
        try:
            items.extend(map(read_item, values))
        except FieldProblem as problem:
            problem.rise(f"[{len(items)}]")
            raise
        return items

    return read


def map_reader(field: FieldDescriptor) -> Convert:
    """Makes the reader of an object whose keys are the caller's own."""
    expected, types = scalar_types(message_of(field).fields_by_name["value"])

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
    """Reads as `read` does, but gives None for what is empty where the field cannot tell that from absent."""

    def read_filled(value: object) -> object:
        return read(value) if value else None

    return read_filled


def read_scalar(value: object, expected: str, types: Mapping[type, Convert | None]) -> object:
    """Reads one value of an array or a map."""
    if type(value) not in types:
        raise wrong_type(expected, value)
    convert = types[type(value)]
    return value if convert is None else convert(value)
