"""Compares what is declared with what is there and with what was applied last, and says what would change. It is pure.

Who is named by the file belongs to the file. Who is not is deleted if the file made it, and left alone otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from admin.configuration.declared import Declared, Place
from admin.configuration.deletions import Deletions, deletions_of
from admin.configuration.differences import FieldChange, differences
from admin.configuration.entries import SECRET, Entry, Fields, Kind, entries_of
from admin.configuration.last_applied import BY_FILE, LastApplied
from admin.configuration.live import LiveConfiguration, LiveRecord
from admin.configuration.references import missing_references
from gateway_core.records.secret import Secret

Action: TypeAlias = Literal["create", "update", "delete", "adopt"]
Severity: TypeAlias = Literal["error", "warning", "in_use"]
COLLECTIONS: Mapping[Kind, str] = {"price": "prices", "limit": "limits"}
REVOKED = "the key was revoked and stays so: take it out of the file, or give a new key another name"
UNSEALED = "`secret` is missing: the gateway has no credential of this name that could keep its own"


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one record. `drift` says that somebody changed it since, `adopted` that somebody else made it.

    `entry` is what is declared, nothing for a deletion; `live` is what is there, nothing for a record that is new.
    """

    action: Action
    resource: str
    fields: tuple[FieldChange, ...] = ()
    drift: bool = False
    adopted: bool = False
    entry: Entry | None = None
    live: LiveRecord | None = None

    @property
    def line(self) -> int:
        """Gives the line that says so, 0 if there is none."""
        return self.entry.place.line if self.entry else 0


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against a plan, or only casts doubt on it: `in_use` records cannot be deleted."""

    severity: Severity
    place: Place
    sentence: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would change, in that order, and what stands in the way. `after` is what was applied then."""

    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]
    after: LastApplied

    @property
    def refusals(self) -> tuple[Finding, ...]:
        """Gives what stands in the way."""
        return tuple(finding for finding in self.findings if finding.severity != "warning")


def plan(
    declared: Declared,
    live: LiveConfiguration,
    last: LastApplied | None,
    fingerprint: Callable[[Secret], str],
) -> Plan:
    """Makes the plan."""
    before = last or LastApplied()
    carried = carried_over(declared, before)
    entries = entries_of(without(declared, carried), fingerprint)
    found = found_among(entries, declared.found)
    deletions = deletions_of(entries, live, carried if declared.has_file else live.records.keys() - before.found)
    changes = [change for entry in entries.values() for change in _change(entry, live.records.get(entry.key), before)]
    changes += [_deletion(record, before) for record in deletions.records]
    after = LastApplied(
        {**{key: before.entries[key] for key in carried}, **{key: entry.fields for key, entry in entries.items()}},
        found | (before.found & carried - entries.keys()),
        before.started,
    )
    findings = (*_findings(entries, live), *_reference_findings(declared, live, deletions), *_uses(deletions))
    return Plan(tuple(changes), findings, after)


def carried_over(declared: Declared, last: LastApplied) -> frozenset[str]:
    """Gives the keys of what was applied last and this declaration does not speak for."""
    in_file = frozenset(last.entries) - last.found
    return (frozenset() if declared.has_file else in_file) | (frozenset() if declared.has_environment else last.found)


def without(declared: Declared, carried: frozenset[str]) -> Declared:
    """Gives what is declared without what was found in the environment, but stands in the file applied before."""
    if declared.has_file:
        return declared
    return replace(
        declared,
        providers={name: one for name, one in declared.providers.items() if f"providers/{name}" not in carried},
        models={name: one for name, one in declared.models.items() if f"models/{name}" not in carried},
    )


def found_among(entries: Mapping[str, Entry], found: frozenset[str]) -> frozenset[str]:
    """Gives the keys of the entries that are found in the environment, credentials too."""
    return frozenset(
        key for key, entry in entries.items() if key in found or (entry.parent and f"providers/{entry.parent}" in found)
    )


def _change(entry: Entry, live: LiveRecord | None, last: LastApplied) -> Iterator[Change]:
    known = last.entries.get(entry.key)
    if live is None:
        fields = differences({}, {**entry.initial, **_without_nothing(entry.fields)})
        resource = COLLECTIONS.get(entry.kind, entry.key)
        yield Change("create", resource, fields, drift=known is not None and entry.kind != "price", entry=entry)
    elif not live.ended:
        adopted = live.managed_by != BY_FILE and entry.kind != "price"
        fields = differences(live.fields, _wanted(entry, live))
        if fields:
            drift = known is not None and _drifted(live.fields, known, {field.path for field in fields})
            yield Change("update", resource_of(live), fields, drift, adopted, entry, live)
        elif adopted:
            yield Change("adopt", resource_of(live), adopted=True, entry=entry, live=live)


def _deletion(live: LiveRecord, last: LastApplied) -> Change:
    known = last.entries.get(live.key)
    return Change("delete", resource_of(live), drift=known is not None and _drifted(live.fields, known), live=live)


def resource_of(live: LiveRecord) -> str:
    """Gives the name by which the contract knows a record."""
    collection = COLLECTIONS.get(live.kind)
    return f"{collection}/{live.uid}" if collection else live.key


def _wanted(entry: Entry, live: LiveRecord) -> Fields:
    """Gives the fields as they should be: a credential without a secret keeps the one it has."""
    if entry.kind == "credential" and entry.fields[SECRET] is None:
        return {**entry.fields, SECRET: live.fields[SECRET]}
    return entry.fields


def _without_nothing(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if value is not None}


def _drifted(live: Fields, known: Fields, paths: set[str] | None = None) -> bool:
    """Says whether fields are not as they were applied; `paths` are those that count."""
    since = {change.path for change in differences(known, live) if change.path != SECRET or known.get(SECRET)}
    return bool(since) if paths is None else any(_touch(one, other) for one in since for other in paths)


def _touch(one: str, other: str) -> bool:
    """Says whether one path is the other, or leads into it."""
    return one == other or f"{one}.".startswith((f"{other}.", f"{other}[")) or other.startswith((f"{one}.", f"{one}["))


def _findings(entries: Mapping[str, Entry], live: LiveConfiguration) -> Iterator[Finding]:
    for entry in entries.values():
        record = live.records.get(entry.key)
        if record is not None and record.ended:
            yield Finding("warning", entry.place, REVOKED)
        if record is None and entry.kind == "credential" and entry.fields[SECRET] is None:
            yield Finding("error", entry.place, UNSEALED)


def _reference_findings(declared: Declared, live: LiveConfiguration, deletions: Deletions) -> Iterator[Finding]:
    gone = {record.key for record in deletions.records}
    providers = {name for name in live.declared.providers if f"providers/{name}" not in gone} | set(declared.providers)
    models = {name for name in live.declared.models if f"models/{name}" not in gone} | set(declared.models)
    for place, sentence in missing_references(declared, providers, models):
        yield Finding("error", place, sentence)


def _uses(deletions: Deletions) -> Iterator[Finding]:
    for record, user in deletions.in_use:
        path = record.key.replace("/", ".", 1)
        yield Finding("in_use", Place(0, path), f"cannot be deleted: {user} needs it, and the file does not name that")
