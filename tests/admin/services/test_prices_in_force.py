"""Prices in force are found page by page, however many there are."""

from datetime import timedelta

import pytest

from admin.services.prices_in_force import page_in_force
from gateway_core.records.price import Price
from gateway_core.storage.query import Page, Where
from tests.fakes.sample_records import ACTOR
from tests.fakes.temporary_store import temporary_store


@pytest.mark.parametrize("at_once", [1, 2, 3, 7, 100])
async def test_pages_hold_each_price_once_however_many_are_asked_for_at_a_time(at_once: int) -> None:
    async with temporary_store() as (store, _):
        async with store.changing(ACTOR) as change:
            now = change.now
            for number in range(7):
                await change.prices.append("sim", f"m{number}", Price(1, 1), effective_from=now)
            await change.prices.append("sim", "later", Price(1, 1), effective_from=now + timedelta(days=1))
        found: list[str] = []
        after = ""
        async with store.reading() as reading:
            while page := await page_in_force(reading.prices, now, Page(after, 3), at_once=at_once):
                assert len(page) <= 3
                found += [row.model for row in page]
                after = page[-1].uid
            some = Page(where=[Where("model", "in", ["m1", "m5", "later"])])
            chosen = await page_in_force(reading.prices, now, some, at_once=at_once)
    assert sorted(found) == [f"m{number}" for number in range(7)]
    assert {row.model for row in chosen} == {"m1", "m5"}
