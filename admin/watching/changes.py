"""Reads from the store what has changed since a configuration, in pieces that hold whole versions only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.storage.store import Reading, Store

AT_ONCE: Final = 1000
MORE: Final = 8


@dataclass(frozen=True, slots=True)
class Batch:
    """Every change on the way from an older configuration to the one that it `reaches`, the oldest first."""

    changes: Sequence[ConfigurationChange]
    reaches: int


async def read_changes(store: Store, after: int, *, limit: int = AT_ONCE) -> Batch:
    """Gives the changes after a configuration, at most `limit` unless one version has more. Raises StorageError."""
    async with store.reading() as reading:
        found = await reading.audit.since(after, limit=limit)
        while len(found) == limit and found[0].version == found[-1].version:
            limit *= MORE
            found = await reading.audit.since(after, limit=limit)
        return _whole(found, reading) if len(found) < limit else _cut(found)


def _whole(found: Sequence[ConfigurationChange], reading: Reading) -> Batch:
    return Batch(found, reading.version)


def _cut(found: Sequence[ConfigurationChange]) -> Batch:
    last = found[-1].version
    return Batch([change for change in found if change.version < last], last - 1)
