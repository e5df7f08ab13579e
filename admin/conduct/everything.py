"""Gives all records that meet conditions, for checks that no page is enough for."""

from typing import TypeVar

from admin.conduct.finding import Listed
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where

AT_ONCE = 1000
R = TypeVar("R")


async def every(records: Listed[R], *where: Where) -> list[Versioned[R]]:
    """Gives every record that is not deleted and meets the conditions, in the order of their uids."""
    found: list[Versioned[R]] = []
    while True:
        page = await records.page(Page(after=found[-1].uid if found else "", limit=AT_ONCE, where=where))
        found.extend(page)
        if len(page) < AT_ONCE:
            return found
