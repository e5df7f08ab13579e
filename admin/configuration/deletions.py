"""Decides which records a file deletes: those that it made once and no longer names, with what hangs on them."""

from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from admin.configuration.entries import Entry, Kind
from admin.configuration.last_applied import BY_FILE
from admin.configuration.live import LiveConfiguration, LiveRecord

ORDER: tuple[Kind, ...] = ("limit", "api_key", "user", "model", "credential", "provider", "setting")
COMES_BACK: tuple[Kind, ...] = ("user", "api_key")


@dataclass(frozen=True, slots=True)
class Deletions:
    """The records to delete, in the order in which they can be, and those of them that somebody still needs."""

    records: tuple[LiveRecord, ...]
    in_use: tuple[tuple[LiveRecord, str], ...]


def deletions_of(entries: Mapping[str, Entry], live: LiveConfiguration, spared: AbstractSet[str]) -> Deletions:
    """Gives what is to be deleted; what is `spared` stays, whoever made it."""
    own = {
        record.key: record
        for record in live.records.values()
        if record.managed_by == BY_FILE
        and record.key not in entries
        and record.key not in spared
        and record.kind != "price"
        and not record.ended
    }
    chosen = {key: record for key, record in own.items() if not _comes_back_with(record, own)}
    chosen |= {record.key: record for record in live.records.values() if _goes_with(record, chosen)}
    records = sorted(chosen.values(), key=lambda record: (ORDER.index(record.kind), record.key))
    return Deletions(tuple(records), tuple(_uses(chosen, entries, live)))


def _comes_back_with(record: LiveRecord, own: Mapping[str, LiveRecord]) -> bool:
    """Says whether a record stays below one that is deleted for the time being, to come back with it."""
    above = f"users/{record.parent}" if record.kind == "api_key" else record.parent
    while above:
        if above in own and own[above].kind in COMES_BACK:
            return True
        above = above.rpartition("/apiKeys/")[0]
    return False


def _goes_with(record: LiveRecord, chosen: Mapping[str, LiveRecord]) -> bool:
    """Says whether a record is a limit of one that is deleted for good."""
    if record.kind != "limit":
        return False
    above = record.parent
    return any(
        key in chosen and chosen[key].kind not in COMES_BACK for key in (above, above.partition("/credentials/")[0])
    )


def _uses(
    chosen: Mapping[str, LiveRecord], entries: Mapping[str, Entry], live: LiveConfiguration
) -> Iterator[tuple[LiveRecord, str]]:
    """Gives each record that something needs which neither is deleted nor stands in the file."""
    for user, needs in _needs(live):
        if user not in entries and user not in chosen:
            yield from ((chosen[key], user) for key in needs if key in chosen)


def _needs(live: LiveConfiguration) -> Iterator[tuple[str, Collection[str]]]:
    for record in live.records.values():
        if record.kind == "credential":
            yield record.key, (f"providers/{record.parent}",)
    for name, model in live.declared.models.items():
        targets = dict.fromkeys(f"providers/{target.provider}" for target in model.value.targets)
        yield f"models/{name}", (*targets, *(f"models/{fallback}" for fallback in model.value.fallback))
