"""All records of a kind are given, however many pages they fill."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from gateway_core.records.versioned import Versioned
from gateway_core.storage.everything import AT_ONCE, every
from gateway_core.storage.query import Page, Where

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
CONDITION = Where("name", "=", "a")


class Numbers:
    """Lists as many numbers as it was told to have."""

    def __init__(self, count: int) -> None:
        """Takes how many."""
        self.count = count
        self.pages: list[Page] = []

    async def page(self, page: Page) -> Sequence[Versioned[int]]:
        """Gives those behind the last."""
        self.pages.append(page)
        begin = int(page.after or -1) + 1
        numbers = range(begin, min(begin + page.limit, self.count))
        return [Versioned(f"{number:08}", 1, NOW, NOW, None, "api", number) for number in numbers]


@pytest.mark.parametrize("count", [0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 3 * AT_ONCE])
async def test_every_record_is_given_once(count: int) -> None:
    numbers = Numbers(count)
    assert [record.value for record in await every(numbers, CONDITION)] == list(range(count))
    assert all(page.where == (CONDITION,) for page in numbers.pages)
