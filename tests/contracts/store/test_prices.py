"""Price rows: which one is in force, and that old ones stay as they were."""

from datetime import timedelta

import pytest

from gateway_core.records.price import Price
from gateway_core.storage.query import Page, Where
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import NotThere
from tests.fakes.sample_records import ACTOR, MOMENT

DAY = timedelta(days=1)


async def test_the_latest_row_before_a_moment_is_in_force(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        first = await change.prices.append("openai", "gpt", Price(150_000, 600_000), effective_from=MOMENT)
    async with store.changing(ACTOR) as change:
        second = await change.prices.append(
            "openai", "gpt", Price(1, 2, 3, 4, 5, 6, 7, 8), effective_from=MOMENT + DAY, managed_by="file"
        )
        other = await change.prices.append("openai", "mini", Price(10**15, 0), effective_from=MOMENT + DAY)
    assert (first.version, second.version, other.version) == (1, 2, 1)
    assert (first.managed_by, second.managed_by) == ("api", "file")
    async with store.reading() as reading:
        assert reading.version == 2
        assert await reading.prices.in_force(MOMENT - DAY) == []
        assert await reading.prices.in_force(MOMENT) == [first]
        assert await reading.prices.in_force(MOMENT + DAY) == [second, other]
        assert await reading.prices.history("openai", "gpt") == [first, second]
        assert await reading.prices.history("openai", "none") == []


async def test_a_correction_for_the_same_moment_wins(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        await change.prices.append("openai", "gpt", Price(1, 1), effective_from=MOMENT + DAY)
        await change.prices.append("openai", "gpt", Price(2, 2), effective_from=MOMENT + DAY)
        later_row_for_earlier = await change.prices.append("openai", "gpt", Price(3, 3), effective_from=MOMENT)
    async with store.reading() as reading:
        assert await reading.prices.in_force(MOMENT) == [later_row_for_earlier]
        assert [row.price for row in await reading.prices.in_force(MOMENT + DAY)] == [Price(2, 2)]


async def test_long_prompts_have_rows_of_their_own(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        short = await change.prices.append("google", "pro", Price(1, 1), effective_from=MOMENT)
        long = await change.prices.append("google", "pro", Price(2, 2), effective_from=MOMENT, min_input_tokens=200_000)
    async with store.reading() as reading:
        assert await reading.prices.in_force(MOMENT) == [short, long]


async def test_rows_are_given_and_listed_in_the_order_they_were_made(store: SqlStore) -> None:
    rows = []
    for provider, model in (("openai", "gpt"), ("google", "pro"), ("openai", "mini"), ("openai", "gpt")):
        async with store.changing(ACTOR) as change:
            rows.append(await change.prices.append(provider, model, Price(1, 2), effective_from=MOMENT))
    first, _, third, last = rows
    async with store.reading() as reading:
        assert await reading.prices.get(last.uid) == last
        with pytest.raises(NotThere, match="no price prc_x"):
            await reading.prices.get("prc_x")
        assert await reading.prices.page(Page()) == rows
        assert await reading.prices.page(Page(after=first.uid, limit=2)) == rows[1:3]
        of_openai = (Where("provider", "=", "openai"), Where("model", "prefix", "m"))
        assert await reading.prices.page(Page(where=of_openai)) == [third]
        assert await reading.prices.page(Page(where=(Where("model", "in", []),))) == []
        with pytest.raises(KeyError):
            await reading.prices.page(Page(where=(Where("name", "=", "x"),)))


async def test_the_next_change_is_known_beforehand(store: SqlStore) -> None:
    async with store.changing(ACTOR) as change:
        for days in (2, 1, 3):
            await change.prices.append("openai", "gpt", Price(1, 1), effective_from=MOMENT + days * DAY)
    async with store.reading() as reading:
        assert await reading.prices.next_change(MOMENT) == MOMENT + DAY
        assert await reading.prices.next_change(MOMENT + DAY) == MOMENT + 2 * DAY
        assert await reading.prices.next_change(MOMENT + 3 * DAY) is None
