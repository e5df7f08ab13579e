"""Compiles the plans of messages into functions that turn a message into a JSON object.

Only fields that are set are written; `extra_json` fills what they leave free.
"""

from collections.abc import Callable, Sequence
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from msgspec import DecodeError
from msgspec.json import decode

from openai_json.plan import EXTRA_FIELD, TYPE_KEY, Form, Slot, enum_words, message_of, plan_message
from openai_json.problem import FieldProblem, wrong_type

Json = dict[str, object]
MessageWriter = Callable[[Message], Json]
WriteValue = Callable[[Any], object]
WriteInto = Callable[[Json, Any], None]
WriterTable = dict[FieldDescriptor, tuple[str, WriteValue | None, WriteInto | None]]


class WriterCompiler:
    """Makes the writers of messages, one for each type, so that a type may hold itself."""

    def __init__(self) -> None:
        """Starts without any."""
        self.writers: dict[str, MessageWriter] = {}

    def compile(self, message: Descriptor) -> MessageWriter:
        """Makes the writer of a message, or gives the one that is there."""
        if message.full_name in self.writers:
            return self.writers[message.full_name]
        plan = plan_message(message)
        table: WriterTable = {}
        absent = tuple((slot.key, slot.form is Form.OBJECTS) for slot in plan.slots if slot.always_written)
        write = table_writer(table)
        self.writers[message.full_name] = write_absent(write, absent) if absent else write
        for slot in plan.slots:
            if slot.form is Form.ENUM:
                table[slot.field] = (slot.key, None, write_word(slot))
            else:
                table[slot.field] = (slot.key, self.value_writer(slot), None)
        for slot in plan.kinds:
            table[slot.field] = (slot.key, None, write_kind(slot.key, self.value_writer(slot), bare=is_bare(slot)))
        if plan.extra is not None:
            table[plan.extra] = (EXTRA_FIELD, None, fill_from_extra)
        return self.writers[message.full_name]

    def value_writer(self, slot: Slot) -> WriteValue | None:
        """Makes the writer of a field's value. None means that the value is JSON as it stands."""
        match slot.form:
            case Form.JSON_TEXT:
                return parse
            case Form.OBJECT:
                return self.compile(message_of(slot.field))
            case Form.MAP:
                return lambda members: dict(members.items())
            case Form.SCALARS | Form.OBJECTS:
                return self.members_writer(slot.field)
            case Form.WRAPPED:
                inner = message_of(slot.field).fields[0]
                write = self.members_writer(inner)
                return lambda wrapper: write(getattr(wrapper, inner.name))
            case _:
                return None

    def members_writer(self, field: FieldDescriptor) -> WriteValue:
        """Makes the writer of an array's members."""
        return list if field.message_type is None else write_objects(self.compile(message_of(field)))


def table_writer(table: WriterTable) -> MessageWriter:
    """Makes the writer of a message whose fields the table knows, or will know once all writers are made."""

    def write(message: Message) -> Json:
        out: Json = {}
        key = ""
        try:
            for field, value in message.ListFields():
                key, convert, write_into = table[field]
                if write_into is not None:
                    write_into(out, value)
                else:
                    out[key] = value if convert is None else convert(value)
        except FieldProblem as problem:
            problem.rise(key)
            raise
        return out

    return write


def write_absent(write: MessageWriter, absent: tuple[tuple[str, bool], ...]) -> MessageWriter:
    """Writes as `write` does, and then the keys that are never left out: each an empty array, or null."""

    def write_all(message: Message) -> Json:
        out = write(message)
        for key, is_array in absent:
            if key not in out:
                out[key] = [] if is_array else None
        return out

    return write_all


def write_objects(write: MessageWriter) -> WriteValue:
    """Makes the writer of an array of objects."""

    def write_array(messages: Sequence[Message]) -> list[Json]:
        out: list[Json] = []
        try:
            out.extend(map(write, messages[:]))
        except FieldProblem as problem:
            problem.rise(f"[{len(out)}]")
            raise
        return out

    return write_array


def write_word(slot: Slot) -> WriteInto:
    """Makes the writer of an enum. A number of a newer contract has no word here and is left out."""
    words = {number: word for word, number in enum_words(slot.field).items()}

    def write(out: Json, number: int) -> None:
        if number in words:
            out[slot.key] = words[number]

    return write


def write_kind(kind: str, write_payload: WriteValue | None, *, bare: bool) -> WriteInto:
    """Makes the writer of a payload and of the `type` that announces it; a bare kind has no payload."""

    def write(out: Json, payload: object) -> None:
        out[TYPE_KEY] = kind
        if not bare:
            out[kind] = payload if write_payload is None else write_payload(payload)

    return write


def is_bare(slot: Slot) -> bool:
    """Says whether a kind is a message without fields."""
    return slot.form is Form.OBJECT and not message_of(slot.field).fields


def fill_from_extra(out: Json, text: str) -> None:
    """Adds what `extra_json` holds to the keys that no field has written."""
    extra = parse(text)
    if not isinstance(extra, dict):
        raise wrong_type("the text of a JSON object", extra)
    for key, value in extra.items():
        if key not in out:
            out[key] = value


def parse(text: str) -> object:
    """Reads JSON text that a field carries."""
    try:
        return decode(text)
    except (DecodeError, RecursionError) as error:
        raise FieldProblem("", "expected JSON text", "invalid_value") from error
