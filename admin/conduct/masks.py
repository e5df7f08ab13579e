"""Update masks: which fields of a record a change gives new values. It does not know what a field means."""

from collections.abc import Collection, Iterator
from typing import TypeVar

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from gateway_core.errors import InvalidRequest

M = TypeVar("M", bound=Message)
EVERYTHING = "*"
FIELD = "update_mask"


def changed(
    current: M, given: M, mask: FieldMask, mutable: Collection[str], fixed: Collection[str] = (), at: str = ""
) -> M:
    """Gives the record as it would be afterwards.

    `mutable` lists the paths that may change, those inside of messages as well (`scopes`, `scopes.models`); `fixed`
    lists those that are set once and for all. Without a mask the fields that are set in `given` count; `*` stands for
    every field that may change. Paths that only the gateway sets are passed over. Raises InvalidRequest for a path
    that does not exist, and for a fixed field that would change; `at` is where `given` is in the request (`limit.`).
    """
    named = set(mask.paths) - {EVERYTHING} if mask.paths else {field.name for field, _ in given.ListFields()}
    for path in named & set(fixed):
        if getattr(given, path) != getattr(current, path):
            raise InvalidRequest.at(f"{at}{path}", "never changes")
    after = type(current)()
    after.CopyFrom(current)
    for path in _paths(given, mask, mutable, fixed):
        _take(path, given, after)
    return after


def _take(path: str, given: Message, after: Message) -> None:
    *outer, last = path.split(".")
    for name in outer:
        if not _is_set(given, name) and not _is_set(after, name):
            return
        given, after = getattr(given, name), getattr(after, name)
    if _is_set(given, last):
        single = FieldMask(paths=[last])
        single.MergeMessage(given, after, replace_message_field=True, replace_repeated_field=True)
    else:
        after.ClearField(last)


def _paths(given: Message, mask: FieldMask, mutable: Collection[str], fixed: Collection[str]) -> Iterator[str]:
    if not mask.paths:
        for field, _ in given.ListFields():
            yield from _set_below(given, field, mutable)
    elif EVERYTHING in mask.paths:
        yield from (path for path in mutable if "." not in path)
    else:
        for path in mask.paths:
            if path in mutable:
                yield path
            elif path not in fixed and not _exists(given, path):
                raise InvalidRequest.at(FIELD, f"there is no field {path}; it can hold {', '.join(sorted(mutable))}")


def _set_below(given: Message, field: FieldDescriptor, mutable: Collection[str]) -> Iterator[str]:
    inner = [path for path in mutable if path.startswith(f"{field.name}.")]
    if not inner:
        yield from (path for path in (field.name,) if path in mutable)
        return
    part = getattr(given, field.name)
    yield from (path for path in inner if _is_set(part, path.partition(".")[2]))


def _is_set(message: Message, name: str) -> bool:
    return any(field.name == name for field, _ in message.ListFields())


def _exists(given: Message, path: str) -> bool:
    descriptor = given.DESCRIPTOR
    *outer, last = path.split(".")
    for name in outer:
        field = descriptor.fields_by_name.get(name)
        if field is None or field.message_type is None:
            return False
        descriptor = field.message_type
    return last in descriptor.fields_by_name
