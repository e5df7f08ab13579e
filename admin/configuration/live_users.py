"""Reads users with their keys. There may be a million of them, so a plan reads those that it can concern."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from admin.configuration.last_applied import BY_FILE
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.user import User
from gateway_core.records.versioned import Versioned
from gateway_core.storage.everything import Listed, every
from gateway_core.storage.query import Where
from gateway_core.storage.store import Reading

R = TypeVar("R")
AT_ONCE = 500
OF_FILE = Where("managed_by", "=", BY_FILE)


async def read_users(
    reading: Reading, names: Collection[str] | None
) -> Sequence[tuple[Versioned[User], Sequence[Versioned[StoredApiKey]]]]:
    """Gives users, each with its keys, in the order in which they were made.

    With `names` these users, and those that a file made or whose keys it made; otherwise all of them.
    """
    users = await every(reading.users) if names is None else await _concerned(reading, names)
    keys: defaultdict[str, list[Versioned[StoredApiKey]]] = defaultdict(list)
    for key in await (
        every(reading.api_keys) if names is None else among(reading.api_keys, "user_uid", [user.uid for user in users])
    ):
        keys[key.value.user_uid].append(key)
    return [(user, keys[user.uid]) for user in users]


async def among(records: Listed[R], field: str, values: Collection[str]) -> list[Versioned[R]]:
    """Gives every record whose field holds one of the values, a bounded number of them at a time."""
    return [record for some in _parts(values) for record in await every(records, Where(field, "in", some))]


async def _concerned(reading: Reading, names: Collection[str]) -> list[Versioned[User]]:
    found = {user.uid: user for user in await every(reading.users, OF_FILE)}
    found.update((user.uid, user) for user in await among(reading.users, "name", names))
    owners = {key.value.user_uid for key in await every(reading.api_keys, OF_FILE)}
    found.update((user.uid, user) for user in await among(reading.users, "uid", owners - found.keys()))
    return [found[uid] for uid in sorted(found)]


def _parts(values: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
