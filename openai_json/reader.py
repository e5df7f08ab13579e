"""Compiles a message's plan into a function that turns a JSON object into the keyword arguments of the message.

Strict readers refuse values of the wrong shape; lenient ones put them into `extra_json`. Both keep there what has no
place. Arguments, not messages, because a whole tree of them becomes messages in one step.
"""

from collections.abc import Callable, Mapping

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from msgspec.json import encode

from openai_json.arrays import filled, map_reader, objects_reader, scalars_reader
from openai_json.plan import EXTRA_FIELD, TYPE_KEY, Form, MessagePlan, Slot, message_of, plan_message
from openai_json.problem import JSON_TYPE_NAMES, FieldProblem, wrong_type
from openai_json.scalars import Convert, enum_reader, scalar_types

Arguments = dict[str, object]
ObjectReader = Callable[[dict[str, object]], Arguments]
Shape = tuple[str, Convert | None]

NOT_NULL: frozenset[type] = frozenset({str, bool, int, float, list, dict})

# What a strict reader insists on. A message with kinds can only insist on its type.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "weir.v1.ChatRequest": ("model", "messages"),
    "weir.v1.ChatMessage": ("role",),
    "weir.v1.ContentPart": (TYPE_KEY,),
    "weir.v1.Tool": (TYPE_KEY,),
}

# Where a value goes that has no place.
NO_SHAPES: Mapping[type, Shape] = {}
NO_SHAPE: Shape = ("", lambda _: None)
UNSPECIFIED = 0

# Protobuf refuses to parse messages that nest deeply. A message within one of its own type is read, what is in that
# one and again of the type stays JSON text.
SAME_TYPE_NESTING = 2


class ReaderCompiler:
    """Makes the readers of messages, all strict or all lenient."""

    def __init__(self, *, strict: bool) -> None:
        """Takes whether values of the wrong shape are refused."""
        self.strict = strict

    def compile(self, message: Descriptor, trail: tuple[str, ...] = ()) -> ObjectReader:
        """Makes the reader of a message, which the messages of the trail lead to."""
        plan = plan_message(message)
        trail = (*trail, message.full_name)
        required = REQUIRED.get(message.full_name, ()) if self.strict else ()
        if not plan.kinds:
            return self.object_reader(plan.slots, trail, required)
        readers = {kind.key: self.one_kind_reader(plan, kind, trail) for kind in plan.kinds}
        return kind_reader(readers, strict=self.strict, required=TYPE_KEY in required)

    def one_kind_reader(self, plan: MessagePlan, kind: Slot, trail: tuple[str, ...]) -> ObjectReader:
        """Makes the reader of a message whose `type` is known and no longer among its keys."""
        payload = kind.field.message_type
        if payload is None or payload.fields:
            return self.object_reader((*plan.slots, kind), trail, ())
        read_rest = self.object_reader(plan.slots, trail, ())

        def read(data: dict[str, object]) -> Arguments:
            return {**read_rest(data), kind.key: {}}

        return read

    def object_reader(self, slots: tuple[Slot, ...], trail: tuple[str, ...], required: tuple[str, ...]) -> ObjectReader:
        """Makes the reader of an object with these places."""
        table: dict[str, dict[type, Shape]] = {}
        expected: dict[str, str] = {}
        for slot in slots:
            message = slot.field.message_type
            if message is None or trail.count(message.full_name) < SAME_TYPE_NESTING:
                name, shapes = self.shapes(slot, trail)
                expected[slot.key] = f"{expected[slot.key]} or {name}" if slot.key in table else name
                table.setdefault(slot.key, {}).update(shapes)
        if self.strict:
            for key, fitting in table.items():
                fitting |= {misfit: ("", refuse(expected[key])) for misfit in NOT_NULL - fitting.keys()}
        read = table_reader(table)
        return insist(read, {key: expected[key] for key in required}) if required else read

    def shapes(self, slot: Slot, trail: tuple[str, ...]) -> tuple[str, dict[type, Shape]]:
        """Gives the name of what a place takes and, for each JSON type, where its values go."""
        expected, types = self.types(slot, trail)
        name = slot.field.name
        shapes: dict[type, Shape] = {}
        for json_type, convert in types.items():
            shapes[json_type] = (name, convert if convert is None or self.strict else forgive(convert))
        if slot.always_written and slot.form is Form.ENUM:
            shapes[type(None)] = (name, lambda _: UNSPECIFIED)
        return expected, shapes

    def types(self, slot: Slot, trail: tuple[str, ...]) -> tuple[str, Mapping[type, Convert | None]]:
        """Gives the name of what a place takes and the converter of each JSON type."""
        field = slot.field
        match slot.form:
            case Form.SCALAR:
                return self.scalar_types(field)
            case Form.ENUM:
                return "a string", {str: enum_reader(field)}
            case Form.JSON_TEXT:
                return "a value", dict.fromkeys(NOT_NULL, encode)
            case Form.OBJECT:
                return "an object", {dict: self.compile(message_of(field), trail)}
            case Form.MAP:
                return "an object", {dict: filled(map_reader(field))}
            case Form.WRAPPED | Form.SCALARS | Form.OBJECTS:
                return "an array", {list: self.array_reader(slot, trail)}

    def scalar_types(self, field: FieldDescriptor) -> tuple[str, Mapping[type, Convert | None]]:
        """Gives the same for a scalar. Without presence, a field cannot tell what is empty from absent."""
        expected, types = scalar_types(field)
        if field.has_presence:
            return expected, types
        return expected, {json_type: filled(convert or same) for json_type, convert in types.items()}

    def array_reader(self, slot: Slot, trail: tuple[str, ...]) -> Convert:
        """Makes the reader of an array. Only a message of its own, and a key always written, can be empty."""
        if slot.form is Form.WRAPPED:
            inner = message_of(slot.field).fields[0]
            read = self.members_reader(inner, trail)
            return lambda values: {inner.name: read(values)}
        read = self.members_reader(slot.field, trail)
        return read if slot.always_written else filled(read)

    def members_reader(self, field: FieldDescriptor, trail: tuple[str, ...]) -> Convert:
        """Makes the reader of an array's members."""
        if field.message_type is None:
            return scalars_reader(field)
        return objects_reader(self.compile(message_of(field), trail))


def table_reader(table: Mapping[str, Mapping[type, Shape]]) -> ObjectReader:
    """Makes the reader of an object whose keys and JSON types the table knows. All others, and null, are kept."""

    def read(data: dict[str, object]) -> Arguments:
        arguments: Arguments = {}
        extra: dict[str, object] = {}
        key = ""
        try:
            for key, value in data.items():
                name, convert = table.get(key, NO_SHAPES).get(type(value), NO_SHAPE)
                converted = value if convert is None else convert(value)
                if converted is None:
                    extra[key] = value
                else:
                    arguments[name] = converted
        except FieldProblem as problem:
            problem.rise(key)
            raise
        if extra:
            arguments[EXTRA_FIELD] = encode(extra)
        return arguments

    return read


def insist(read: ObjectReader, required: Mapping[str, str]) -> ObjectReader:
    """Reads as `read` does, but refuses objects that lack one of these keys, whose fields have the same names."""

    def read_whole(data: dict[str, object]) -> Arguments:
        arguments = read(data)
        for key, expected in required.items():
            if key not in arguments:
                raise lacking(key, data, expected)
        return arguments

    return read_whole


def kind_reader(readers: Mapping[str, ObjectReader], *, strict: bool, required: bool) -> ObjectReader:
    """Makes the reader of a message that `type` tells the kind of.

    Where the kind is unknown or its payload is missing, the object is kept whole: half of it would mean nothing.
    """

    def read(data: dict[str, object]) -> Arguments:
        kind = data.get(TYPE_KEY)
        if isinstance(kind, str):
            if kind in readers:
                rest = data.copy()
                del rest[TYPE_KEY]
                arguments = readers[kind](rest)
                if kind in arguments:
                    return arguments
        elif required or (strict and kind is not None):
            raise lacking(TYPE_KEY, data, "a string")
        return {EXTRA_FIELD: encode(data)} if data else {}

    return read


def lacking(key: str, data: dict[str, object], expected: str) -> FieldProblem:
    """Makes the problem of a required field that is not there, is null, or is empty."""
    if key not in data:
        return FieldProblem(key, "this field is required", "missing_required_parameter")
    value = data[key]
    if value in ([], "") and JSON_TYPE_NAMES[type(value)] == expected:
        return FieldProblem(key, f"expected {expected} that is not empty", "invalid_value")
    problem = wrong_type(expected, value)
    problem.rise(key)
    return problem


def same(value: object) -> object:
    """Gives a value as it is."""
    return value


def refuse(expected: str) -> Convert:
    """Makes the converter of values of a wrong type."""

    def refuse_value(value: object) -> object:
        raise wrong_type(expected, value)

    return refuse_value


def forgive(convert: Convert) -> Convert:
    """Reads as `convert` does, but gives None for a misfit, which so goes to `extra_json`."""

    def read(value: object) -> object:
        try:
            return convert(value)
        except FieldProblem:
            return None

    return read
