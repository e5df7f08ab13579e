"""Gives all records that meet conditions, page by page, for those whom no page is enough."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where

AT_ONCE = 1000
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Listed(Protocol[R_co]):
    """What can be listed page by page: the records of one kind, or some of them."""

    async def page(self, page: Page) -> Sequence[Versioned[R_co]]:
        """Lists records in the order of their uids."""
        ...


async def every(records: Listed[R], *where: Where) -> list[Versioned[R]]:
    """Gives every record that is not deleted and meets the conditions, in the order of their uids."""
    found: list[Versioned[R]] = []
    while True:
        page = await records.page(Page(after=found[-1].uid if found else "", limit=AT_ONCE, where=where))
        found.extend(page)
        if len(page) < AT_ONCE:
            return found
