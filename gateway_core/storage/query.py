"""What callers ask of a list: which records, from where on, how many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Comparison: TypeAlias = Literal["=", "!=", "<", "<=", ">", ">=", "prefix", "in"]


@dataclass(frozen=True, slots=True)
class Where:
    """A condition on one field. `None` is a value like others for `=` and `!=`; `in` takes a sequence."""

    field: str
    comparison: Comparison
    value: object


@dataclass(frozen=True, slots=True)
class Page:
    """At most `limit` records behind the one with the key `after`, in the order they were made."""

    after: str = ""
    limit: int = 100
    where: Sequence[Where] = ()
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class CreateRequest:
    """Marks a request so that it creates once, however often it comes. The fingerprint tells its content."""

    id: str
    fingerprint: bytes
