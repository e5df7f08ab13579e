"""Gives the prices that hold at a moment, page by page and under conditions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from gateway_core.records.price_row import PriceRow
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import Prices

AT_ONCE: Final = 1000


async def page_in_force(prices: Prices, moment: datetime, page: Page, *, at_once: int = AT_ONCE) -> Sequence[PriceRow]:
    """Gives of the prices in force at a moment those that the page asks for, asking for `at_once` of them at a time."""
    uids = sorted(row.uid for row in await prices.in_force(moment) if row.uid > page.after)
    found: list[PriceRow] = []
    for begin in range(0, len(uids), at_once):
        among = Where("uid", "in", uids[begin : begin + at_once])
        found += await prices.page(replace(page, where=(*page.where, among), limit=page.limit - len(found)))
        if len(found) == page.limit:
            break
    return found
