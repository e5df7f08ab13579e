"""Finds what limits bound: the uids that their subjects' names stand for, and the names that uids have now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from admin.conduct.finding import seek
from admin.conduct.names import ANY
from admin.translation.limits import DEFAULTS, SUBJECTS, Subject
from gateway_core.records.limit import Limit, ScopeKind
from gateway_core.records.versioned import Versioned
from gateway_core.storage.query import Page, Where
from gateway_core.storage.repositories import Records
from gateway_core.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Place:
    """Where records of a kind are, and by which field they belong to one of another place."""

    records: Callable[[Reading], Records[Any]]
    parent: str = ""
    owner: "Place | None" = None


USERS: Final = Place(lambda reading: reading.users)
PROVIDERS: Final = Place(lambda reading: reading.providers)
PLACES: Final[Mapping[ScopeKind, Place]] = MappingProxyType(
    {
        "user": USERS,
        "api_key": Place(lambda reading: reading.api_keys, "user_uid", USERS),
        "model": Place(lambda reading: reading.models),
        "provider": PROVIDERS,
        "credential": Place(lambda reading: reading.credentials, "provider_uid", PROVIDERS),
    }
)


async def seek_subject(reading: Reading, subject: Subject, *, deleted: bool = False) -> str | None:
    """Gives the uid of what a name stands for, nothing where there is no such record. That of the defaults is empty."""
    if subject.kind == "default":
        return ""
    return await _uid(reading, PLACES[subject.kind], subject.ids, deleted=deleted)


async def name_subjects(reading: Reading, limits: Sequence[Versioned[Limit]]) -> list[str]:
    """Gives the names of what limits bound, asking once for each kind. What is deleted goes by its uid."""
    ids: dict[str, tuple[str, ...]] = {}
    for kind, place in PLACES.items():
        uids = {limit.value.scope_id for limit in limits if limit.value.scope_kind == kind}
        ids.update(await _ids(reading, place, uids))
    return [_name(limit.value, ids) for limit in limits]


def _name(limit: Limit, ids: Mapping[str, tuple[str, ...]]) -> str:
    if limit.scope_kind == "default":
        return DEFAULTS
    pattern = SUBJECTS[limit.scope_kind]
    unknown = (*[ANY] * (len(pattern.collections) - 1), limit.scope_id)
    return pattern.write(*ids.get(limit.scope_id, unknown))


async def _uid(reading: Reading, place: Place, ids: Sequence[str], *, deleted: bool) -> str | None:
    where: tuple[Where, ...] = ()
    if place.owner is not None:
        owner = await _uid(reading, place.owner, ids[:-1], deleted=deleted)
        where = (Where(place.parent, "=", owner),)
    found = await seek(place.records(reading), ids[-1], *where, deleted=deleted)
    return None if found is None else found.uid


async def _ids(reading: Reading, place: Place, uids: set[str]) -> Mapping[str, tuple[str, ...]]:
    if not uids:
        return {}
    page = Page(limit=len(uids), where=(Where("uid", "in", sorted(uids)),), deleted=True)
    found = await place.records(reading).page(page)
    if place.owner is None:
        return {one.uid: (_id(one),) for one in found}
    owners = await _ids(reading, place.owner, {getattr(one.value, place.parent) for one in found})
    return {one.uid: (*owners[getattr(one.value, place.parent)], _id(one)) for one in found}


def _id(record: Versioned[Any]) -> str:
    return record.value.name if record.deleted_at is None else record.uid
