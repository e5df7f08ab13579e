"""A record as far as a command line gives it, and which of its fields that is."""

from typing import Generic, TypeVar, cast

import typer
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from gateway_cli.remote.fields import number_of
from gateway_cli.remote.moments import Moment

M = TypeVar("M", bound=Message)


class Draft(Generic[M]):
    """Takes the values that were given. What is None was not given, and stays as it is."""

    def __init__(self, record: M) -> None:
        """Takes the record to fill."""
        self.record = record
        self._paths: list[str] = []

    def put(self, path: str, value: object) -> None:
        """Sets a field, one of an inner message by a path such as `scopes.models`; words stand for values of enums."""
        if value is None:
            return
        self._paths.append(path)
        *outer, name = path.split(".")
        message: Message = self.record
        for inner in outer:
            message = getattr(message, inner)
        message.ClearField(name)
        value = _sent(cast("FieldDescriptor", message.DESCRIPTOR.fields_by_name[name]), value)
        if isinstance(value, Message):
            getattr(message, name).CopyFrom(value)
        elif isinstance(value, list):
            getattr(message, name).extend(value)
        elif value is not None:
            setattr(message, name, value)

    def mask(self) -> FieldMask:
        """Names the fields that were given. Raises BadParameter if there are none."""
        if not self._paths:
            raise typer.BadParameter("there is nothing to change: give at least one of the options")
        return FieldMask(paths=self._paths)


def _sent(field: FieldDescriptor, value: object) -> object:
    """Gives a value of the command line as the contract has it; nothing for one that clears the field."""
    if isinstance(value, Moment):
        return value.stamp
    if isinstance(value, list):
        return [_sent(field, one) for one in value]
    if field.enum_type is not None:
        return number_of(field.enum_type, str(value))
    return value
