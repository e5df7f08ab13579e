"""Writes what any record of the contract holds as text for people, field by field. It knows no kind of record."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, cast

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_cli.remote.moments import write_duration, write_moment
from gateway_cli.remote.money import write_price, write_usd

USD, PRICE = "_nano_usd", "_pico_usd"
WORD_START: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def rows_of(record: Message, above: str = "") -> Iterator[tuple[str, str]]:
    """Gives name and text of each field that says something, those of inner messages as `scopes.models`."""
    for field in cast("Sequence[FieldDescriptor]", record.DESCRIPTOR.fields):
        name = above + field.name.removesuffix(USD).removesuffix(PRICE)
        value = getattr(record, field.name)
        if field.is_repeated:
            yield from _rows_of_list(name, field, value)
        elif field.has_presence and not record.HasField(field.name):
            continue
        elif field.message_type is not None and not isinstance(value, Timestamp | Duration):
            yield from rows_of(value, f"{name}.")
        elif text := text_of(field, value):
            yield name, text


def text_of(field: FieldDescriptor, value: object) -> str:
    """Writes one value of a field; nothing for one that says nothing."""
    if isinstance(value, Timestamp):
        return write_moment(value)
    if isinstance(value, Duration):
        return write_duration(value)
    if isinstance(value, Message):
        return " ".join(f"{name}={text}" for name, text in rows_of(value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return _number(field, value)
    return str(value)


def word_of(kind: EnumDescriptor, number: int) -> str:
    """Gives the word for a value of an enum as the command line takes it; nothing for the unspecified."""
    if number == 0:
        return ""
    known = kind.values_by_number.get(number)
    return known.name.removeprefix(prefix_of(kind)).lower() if known else str(number)


def number_of(kind: EnumDescriptor, word: str) -> int:
    """Gives the value of an enum for a word of the command line."""
    return int(kind.values_by_name[prefix_of(kind) + word.upper()].number)


def prefix_of(kind: EnumDescriptor) -> str:
    """Gives what all values of an enum begin with: `ApiKeyState` has `API_KEY_STATE_`."""
    return WORD_START.sub("_", kind.name).upper() + "_"


def _rows_of_list(name: str, field: FieldDescriptor, values: list[object]) -> Iterator[tuple[str, str]]:
    texts = [text_of(field, value) for value in values]
    if field.message_type is None and texts:
        yield name, ", ".join(texts)
    elif field.message_type is not None:
        yield from ((name, text) for text in texts)


def _number(field: FieldDescriptor, value: int) -> str:
    if field.enum_type is not None:
        return word_of(field.enum_type, value)
    if field.name.endswith(USD):
        return write_usd(value)
    if field.name.endswith(PRICE):
        return f"{write_price(value)} USD per million tokens"
    return str(value)
