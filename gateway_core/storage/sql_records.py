"""The records of one kind in a table, to read."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Select, Table, func, select

from gateway_core.records.versioned import Versioned
from gateway_core.storage.kinds import Kind
from gateway_core.storage.query import Comparison, Page, Where
from gateway_core.storage.statements import Statements
from gateway_core.storage.storage_error import NotThere

R = TypeVar("R")
Compare: TypeAlias = Callable[[ColumnElement[Any], Any], ColumnElement[bool]]


def begins(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """Compares the beginning of a text, letter by letter: databases disagree on whether LIKE heeds case."""
    return func.substr(column, 1, len(value)) == value


def is_among(column: ColumnElement[Any], values: Sequence[object]) -> ColumnElement[bool]:
    """Compares with several values."""
    return column.in_(values)


COMPARISONS: Final[Mapping[Comparison, Compare]] = {
    "=": operator.eq,
    "!=": ColumnElement.is_distinct_from,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "prefix": begins,
    "in": is_among,
}


class SqlRecords(Generic[R]):
    """Reads records inside one transaction."""

    def __init__(self, kind: Kind[R], statements: Statements) -> None:
        """Takes what the records are and the transaction."""
        self._kind = kind
        self._statements = statements

    async def get(self, uid: str, *, deleted: bool = False) -> Versioned[R]:
        """Gives a record."""
        table = self._kind.table
        row = await self._statements.row(select(table).where(table.c.uid == uid))
        if row is None or (row["deleted_at"] is not None and not deleted):
            raise NotThere(self._kind.name, uid)
        return self._kind.read(row)

    async def find(self, *where: Where) -> Versioned[R] | None:
        """Gives the first live record that meets the conditions."""
        row = await self._statements.row(self._select(Page(limit=1, where=where)))
        return None if row is None else self._kind.read(row)

    async def page(self, page: Page) -> Sequence[Versioned[R]]:
        """Lists records in the order of their uids."""
        return [self._kind.read(row) for row in await self._statements.rows(self._select(page))]

    def _select(self, page: Page) -> Select[Any]:
        table = self._kind.table
        query = select(table).where(table.c.uid > page.after, *conditions(table, page.where))
        if not page.deleted:
            query = query.where(table.c.deleted_at.is_(None))
        return query.order_by(table.c.uid).limit(page.limit)


def conditions(table: Table, where: Sequence[Where]) -> list[ColumnElement[bool]]:
    """Translates conditions. A field that the table has not is a KeyError: callers know what they ask for."""
    return [COMPARISONS[one.comparison](table.c[one.field], one.value) for one in where]
