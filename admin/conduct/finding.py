"""Finds and lists records as requests ask for them. Who looks for what is not there hears its name."""

import re
from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from admin.conduct.filters import Filterable, read_filter
from admin.conduct.pages import Cut, read_position
from gateway_core.errors import ResourceNotFound
from gateway_core.records.versioned import Versioned
from gateway_core.storage.everything import Listed
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import Records

R = TypeVar("R")
UID = re.compile(r"[a-z]{3}_[0-9a-z]{26}")
AT_ONCE = 1000


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
    ways = ("uid", field) if UID.fullmatch(given) else (field,)
    for way in ways:
        conditions = (Where(way, "=", given), *where)
        found = await records.find(*conditions)
        if found is None and deleted:
            found = await _last(records, conditions)
        if found is not None:
            return found
    return None


async def find(
    records: Records[R], name: str, given: str, *where: Where, deleted: bool = False, field: str = "name"
) -> Versioned[R]:
    """Gives what `seek` gives, or raises ResourceNotFound for the name."""
    found = await seek(records, given, *where, deleted=deleted, field=field)
    if found is None:
        raise not_found(name)
    return found


async def list_page(
    records: Listed[R],
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


async def _last(records: Records[R], conditions: Sequence[Where]) -> Versioned[R] | None:
    last: Versioned[R] | None = None
    while found := await records.page(
        Page(after=last.uid if last else "", limit=AT_ONCE, where=conditions, deleted=True)
    ):
        last = found[-1]
    return last
