"""Columns that hold the same in every database: moments in UTC, and values as JSON text of a known shape."""

from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec
import orjson
from sqlalchemy import DateTime, Dialect, Text, TypeDecorator

T = TypeVar("T")


class Moment(TypeDecorator[datetime]):
    """A moment with its microseconds. SQLite knows no time zones, so there it is written in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Takes a moment that has a time zone."""
        del dialect
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Gives the moment in UTC."""
        del dialect
        return None if value is None else value.replace(tzinfo=UTC)


class JsonText(TypeDecorator[T], Generic[T]):
    """A value of a known shape as JSON text. Integers stay exact, and no database rewrites the text."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: type[T]) -> None:
        """Takes the type that is read back."""
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: T | None, dialect: Dialect) -> str | None:
        """Writes the value."""
        del dialect
        return None if value is None else write_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> T | None:
        """Reads the value; what does not have the shape is refused with msgspec.ValidationError."""
        del dialect
        return None if value is None else msgspec.json.decode(value, type=self.shape)


def write_json(value: object) -> str:
    """Writes JSON in the one form that equal values share: keys in order, no spaces, times in UTC."""
    return orjson.dumps(msgspec.to_builtins(value), option=orjson.OPT_SORT_KEYS).decode()
