"""Finds and lists records as requests ask for them. Who looks for what is not there hears its name."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from admin.conduct.filters import Filterable, read_filter
from admin.conduct.pages import Cut, read_position
from gateway_core.errors import ResourceNotFound
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import Records

R = TypeVar("R")
UID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")
MOST_OF_ONE_NAME = 1000


class ListRequest(Protocol):
    """What all requests for lists have."""

    page_size: int
    page_token: str
    filter: str


async def seek(
    records: Records[R], given: str, *where: Where, deleted: bool = False, field: str = "name"
) -> Versioned[R] | None:
    """Gives the record whose `field`, or else its uid, is the last id of a name, if there is one.

    With `deleted` a deleted one is found too if there is no other: the one that was made last.
    """
    conditions = (Where("uid" if UID.fullmatch(given) else field, "=", given), *where)
    found = await records.find(*conditions)
    if found is None and deleted:
        of_the_name = await records.page(Page(limit=MOST_OF_ONE_NAME, where=conditions, deleted=True))
        found = of_the_name[-1] if of_the_name else None
    return found


async def find(
    records: Records[R], name: str, given: str, *where: Where, deleted: bool = False, field: str = "name"
) -> Versioned[R]:
    """Gives what `seek` gives, or raises ResourceNotFound for the name."""
    found = await seek(records, given, *where, deleted=deleted, field=field)
    if found is None:
        raise not_found(name)
    return found


async def list_page(
    records: Records[R],
    request: ListRequest,
    fields: Mapping[str, Filterable],
    *,
    where: Sequence[Where] = (),
    deleted: bool = False,
    parent: str = "",
) -> Cut[R]:
    """Gives the page that a request asks for. Raises InvalidRequest."""
    position = read_position(request.page_size, request.page_token, parent, request.filter, deleted)
    conditions = (*where, *read_filter(request.filter, fields))
    return position.cut(
        await records.page(Page(after=position.after, limit=position.size + 1, where=conditions, deleted=deleted))
    )


def not_found(name: str) -> ResourceNotFound:
    """Makes the error for a name that stands for nothing."""
    return ResourceNotFound(f"there is no {name}", facts={"resource": name})
