"""Says which JSON types a scalar field takes, and checks what a type alone does not say. Knows no messages."""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from openai_json.plan import enum_words
from openai_json.problem import FieldProblem

Convert = Callable[[Any], object]

INT64_MIN = -(2**63)
INT64_MAX = 2**63 - 1


def fit_int64(value: int) -> int:
    """Passes an integer that a field can hold."""
    if INT64_MIN <= value <= INT64_MAX:
        return value
    raise FieldProblem("", "expected an integer of at most 64 bits", "invalid_value")


def fit_double(value: float) -> float:
    """Passes a number that JSON can hold."""
    if isfinite(value):
        return value
    raise FieldProblem("", "expected a finite number", "invalid_value")


def widen(value: int) -> float:
    """Turns an integer into a double, but only without loss."""
    try:
        widened = float(value)
    except OverflowError as error:
        raise FieldProblem("", "expected a number that a double can hold", "invalid_value") from error
    if widened == value:
        return widened
    raise FieldProblem("", "expected a number that a double can hold", "invalid_value")


SCALARS: Mapping[int, tuple[str, Mapping[type, Convert | None]]] = {
    FieldDescriptor.TYPE_STRING: ("a string", {str: None}),
    FieldDescriptor.TYPE_BOOL: ("a boolean", {bool: None}),
    FieldDescriptor.TYPE_INT64: ("an integer", {int: fit_int64}),
    FieldDescriptor.TYPE_DOUBLE: ("a number", {float: fit_double, int: widen}),
}


def scalar_types(field: FieldDescriptor) -> tuple[str, Mapping[type, Convert | None]]:
    """Gives the name of what a field takes and, for each JSON type, what turns its values into the field's.

    None in place of a converter means that every value of the type fits as it is.
    """
    if field.type not in SCALARS:
        raise TypeError(f"{field.full_name}: this type of field has no form in OpenAI's JSON")
    return SCALARS[field.type]


def enum_reader(field: FieldDescriptor) -> Convert:
    """Makes the reader of an enum's words."""
    words = enum_words(field)
    sentence = f"expected one of {', '.join(words)}"

    def read(word: str) -> int:
        number = words.get(word)
        if number is None:
            raise FieldProblem("", sentence, "invalid_value")
        return number

    return read
