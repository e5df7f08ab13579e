"""Says, for each message, which JSON key each of its fields stands under, and in which form.

The proto is the table: a new field needs no code here. Knows nothing of values.
"""

from dataclasses import dataclass
from enum import Enum, auto

from google.protobuf.descriptor import Descriptor, FieldDescriptor

EXTRA_FIELD = "extra_json"
TEXT_SUFFIX = "_json"
SHAPES_SUFFIX = "_kind"
DISCRIMINATED = "kind"
TYPE_KEY = "type"

# JSON has these keys even where the message holds nothing: an empty array or null, by the field's form.
ALWAYS_WRITTEN = frozenset(
    {
        "weir.v1.ChatCompletion.choices",
        "weir.v1.ChatCompletionChunk.choices",
        "weir.v1.Choice.finish_reason",
        "weir.v1.ChunkChoice.finish_reason",
    }
)


class Form(Enum):
    """How a field looks in JSON."""

    SCALAR = auto()
    ENUM = auto()
    JSON_TEXT = auto()
    OBJECT = auto()
    SCALARS = auto()
    OBJECTS = auto()
    MAP = auto()
    WRAPPED = auto()
    """An array, held by a message of its own because a oneof takes no repeated field."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a field in JSON."""

    key: str
    field: FieldDescriptor
    form: Form
    always_written: bool


@dataclass(frozen=True, slots=True)
class MessagePlan:
    """The places of a message's fields. Of `kinds`, the JSON `type` names the one that is there."""

    slots: tuple[Slot, ...]
    kinds: tuple[Slot, ...]
    extra: FieldDescriptor | None


def plan_message(message: Descriptor) -> MessagePlan:
    """Reads a message's plan from its descriptor."""
    slots: list[Slot] = []
    kinds: list[Slot] = []
    for field in message.fields:
        if field.name != EXTRA_FIELD:
            oneof = field.containing_oneof
            (kinds if oneof is not None and oneof.name == DISCRIMINATED else slots).append(place(field))
    return MessagePlan(tuple(slots), tuple(kinds), message.fields_by_name.get(EXTRA_FIELD))


def place(field: FieldDescriptor) -> Slot:
    """Finds a field's place."""
    form = form_of(field)
    oneof = field.containing_oneof
    key = field.name
    if oneof is not None and oneof.name.endswith(SHAPES_SUFFIX):
        key = oneof.name.removesuffix(SHAPES_SUFFIX)
    elif form is Form.JSON_TEXT:
        key = key.removesuffix(TEXT_SUFFIX)
    return Slot(key, field, form, field.full_name in ALWAYS_WRITTEN)


def form_of(field: FieldDescriptor) -> Form:
    """Finds a field's form."""
    if field.message_type is None:
        return scalar_form(field)
    message = message_of(field)
    if message.GetOptions().map_entry:
        return Form.MAP
    if field.is_repeated:
        return Form.OBJECTS
    return Form.WRAPPED if is_wrapper(message) else Form.OBJECT


def scalar_form(field: FieldDescriptor) -> Form:
    """Finds the form of a field that holds no message."""
    if field.is_repeated:
        return Form.SCALARS
    if field.enum_type is not None:
        return Form.ENUM
    return Form.JSON_TEXT if field.name.endswith(TEXT_SUFFIX) else Form.SCALAR


def message_of(field: FieldDescriptor) -> Descriptor:
    """Gives the type of message a field holds."""
    if field.message_type is None:
        raise TypeError(f"{field.full_name} holds no message")
    return field.message_type


def is_wrapper(message: Descriptor) -> bool:
    """Says whether a message only wraps an array."""
    return len(message.fields) == 1 and message.fields[0].is_repeated


def enum_words(field: FieldDescriptor) -> dict[str, int]:
    """Gives the JSON word of each value of a field's enum: ROLE_ASSISTANT of Role is `assistant`."""
    if field.enum_type is None:
        raise TypeError(f"{field.full_name} holds no enum")
    values = field.enum_type.values
    prefix = values[0].name.removesuffix("UNSPECIFIED")
    return {value.name.removeprefix(prefix).lower(): value.number for value in values if value.number}
