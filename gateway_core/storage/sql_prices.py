"""Price rows in their table."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, func, insert, select

from gateway_core.records.price import Price
from gateway_core.records.price_row import PriceRow
from gateway_core.records.versioned import BY_API
from gateway_core.storage.column_types import write_json
from gateway_core.storage.query import Page
from gateway_core.storage.sql_records import conditions
from gateway_core.storage.sql_trail import Trail
from gateway_core.storage.statements import Statements
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.tables import PRICES
from gateway_core.storage.uid import make_uid


class SqlPrices:
    """Reads price rows inside one transaction."""

    def __init__(self, statements: Statements) -> None:
        """Takes the transaction."""
        self._statements = statements

    async def get(self, uid: str) -> PriceRow:
        """Gives a row."""
        row = await self._statements.row(select(PRICES).where(PRICES.c.uid == uid))
        if row is None:
            raise NotThere("price", uid)
        return _read(row)

    async def page(self, page: Page) -> Sequence[PriceRow]:
        """Lists rows in the order of their uids."""
        query = select(PRICES).where(PRICES.c.uid > page.after, *conditions(PRICES, page.where))
        return [_read(row) for row in await self._statements.rows(query.order_by(PRICES.c.uid).limit(page.limit))]

    async def in_force(self, at: datetime) -> Sequence[PriceRow]:
        """Gives the latest row before a moment for each model and number of input tokens; of two, the later version."""
        group = (PRICES.c.provider, PRICES.c.model, PRICES.c.min_input_tokens)
        place = func.row_number().over(
            partition_by=group, order_by=(PRICES.c.effective_from.desc(), PRICES.c.version.desc())
        )
        ranked = select(PRICES, place.label("place")).where(PRICES.c.effective_from <= at).subquery()
        columns = [ranked.c[column.name] for column in PRICES.columns]
        query = select(*columns).where(ranked.c.place == 1).order_by(*(ranked.c[column.name] for column in group))
        return [_read(row) for row in await self._statements.rows(query)]

    async def next_change(self, after: datetime) -> datetime | None:
        """Says when the next row comes into force."""
        query = select(PRICES.c.effective_from).where(PRICES.c.effective_from > after)
        row = await self._statements.row(query.order_by(PRICES.c.effective_from).limit(1))
        return None if row is None else row["effective_from"]

    async def history(self, provider: str, model: str) -> Sequence[PriceRow]:
        """Gives every row of a provider's model."""
        query = select(PRICES).where(PRICES.c.provider == provider, PRICES.c.model == model).order_by(PRICES.c.version)
        return [_read(row) for row in await self._statements.rows(query)]


class SqlAppendablePrices(SqlPrices):
    """Adds price rows inside one transaction."""

    def __init__(self, statements: Statements, trail: Trail, randomness: Callable[[int], bytes]) -> None:
        """Takes the transaction, what it leaves behind, and chance for names."""
        super().__init__(statements)
        self._trail = trail
        self._randomness = randomness

    async def append(
        self,
        provider: str,
        model: str,
        price: Price,
        *,
        effective_from: datetime,
        min_input_tokens: int = 0,
        managed_by: str = BY_API,
    ) -> PriceRow:
        """Adds the next version."""
        latest = func.max(PRICES.c.version).label("latest")
        row_before = await self._statements.row(
            select(latest).where(PRICES.c.provider == provider, PRICES.c.model == model)
        )
        row = PriceRow(
            uid=make_uid("prc", self._trail.now, self._randomness),
            provider=provider,
            model=model,
            version=(row_before["latest"] if row_before and row_before["latest"] else 0) + 1,
            price=price,
            effective_from=effective_from,
            min_input_tokens=min_input_tokens,
            created_at=self._trail.now,
            managed_by=managed_by,
        )
        values = {column.name: getattr(row, column.name) for column in PRICES.columns}
        await self._statements.run(insert(PRICES).values(values), kind="price", what=f"{provider}/{model}")
        self._trail.grow()
        self._trail.note("create", "price", row.uid, after=write_json(row))
        return row


def _read(row: RowMapping) -> PriceRow:
    return PriceRow(**row)
