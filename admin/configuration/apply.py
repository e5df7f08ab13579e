"""Makes the records as they are declared, in one transaction: when an administrator asks, and when a process starts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from admin.configuration.declared import Declared
from admin.configuration.entries import entries_of
from admin.configuration.last_applied import (
    LastApplied,
    digest_of,
    fingerprints,
    keep_last_applied,
    read_last_applied,
)
from admin.configuration.live import LiveConfiguration, read_live
from admin.configuration.plan import Change, Finding, Plan, plan
from admin.configuration.problem import ConfigurationRefused, Problem
from admin.configuration.simulator import NOTE as SIMULATED
from admin.configuration.simulator import keep_simulator
from admin.configuration.writing import Writing
from gateway_core.errors import ResourceInUse
from gateway_core.identity.vault import Vault
from gateway_core.records.audit_entry import Actor
from gateway_core.records.secret import Secret
from gateway_core.records.setting import Setting
from gateway_core.records.versioned import Versioned
from gateway_core.storage.store import Changing, Reading, Store

STARTING = Actor("weir", uid="file")
USERS = "users"
KEPT = "there is no file now, so the records of the one that was applied before are kept as they are"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and the state of the store that it rests on."""

    plan: Plan
    live: LiveConfiguration
    last: LastApplied | None
    record: Versioned[Setting] | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: the changes, the warnings, and the secrets of the keys that were made, to be shown this once.

    `grown` says whether there is a new version of the configuration.
    """

    changes: tuple[Change, ...]
    warnings: tuple[Finding, ...]
    issued: Sequence[tuple[str, Secret]]
    grown: bool


@dataclass(frozen=True, slots=True)
class StartApplied:
    """What was done at a start, with notes for the operator."""

    changes: tuple[Change, ...] = ()
    issued: Sequence[tuple[str, Secret]] = ()
    notes: Sequence[str] = ()


async def prepare(reading: Reading, vault: Vault, declared: Declared, now: datetime) -> Prepared:
    """Says what applying would change, by one state of the store."""
    fingerprint = fingerprints(vault.peppers.current)
    last, record = await read_last_applied(reading)
    live = await read_live(reading, vault, fingerprint, now, users_in(declared, last))
    return Prepared(plan(declared, live, last, fingerprint), live, last, record, now)


def users_in(declared: Declared, last: LastApplied | None) -> frozenset[str]:
    """Gives the users that are named now, or were when something was applied last."""
    before = (key.split("/") for key in (last.entries if last else ()))
    return frozenset(declared.users) | {parts[1] for parts in before if parts[0] == USERS}


async def apply(change: Changing, vault: Vault, declared: Declared, now: datetime) -> Applied:
    """Applies what is declared inside of a change; whatever it raises, the change must not be kept.

    Raises ConfigurationRefused, and ResourceInUse if something that others made needs what would be deleted.
    """
    return await carry_out(change, vault, await prepare(change, vault, declared, max(now, change.now)))


async def carry_out(change: Changing, vault: Vault, prepared: Prepared, started: str = "") -> Applied:
    """Carries out what was prepared inside of the same change, as `apply` does.

    `started` stands for the declaration of a process that starts with it.
    """
    made = prepared.plan
    refuse(made)
    writing = Writing.over(change, vault, prepared.live, prepared.at)
    for one in made.changes:
        await writing.carry_out(one)
    after = replace(made.after, started=started or made.after.started)
    if after != prepared.last:
        await keep_last_applied(change, after, prepared.record)
    warnings = tuple(finding for finding in made.findings if finding.severity == "warning")
    return Applied(made.changes, warnings, tuple(writing.issued), bool(made.changes) or after != prepared.last)


def refuse(made: Plan) -> None:
    """Raises what stands in the way of a plan: ConfigurationRefused, ResourceInUse."""
    errors = [finding for finding in made.refusals if finding.severity == "error"]
    if errors:
        raise ConfigurationRefused(
            tuple(Problem("", one.place.line or None, one.place.path, one.sentence) for one in errors)
        )
    for finding in made.refusals:
        resource = finding.place.path.replace(".", "/", 1)
        raise ResourceInUse(f"{resource} {finding.sentence}", facts={"resource": resource})


async def apply_at_start(
    store: Store, vault: Vault, declared: Declared, now: datetime, *, actor: Actor = STARTING
) -> StartApplied:
    """Applies what a process declares when it starts, unless the start before declared the same.

    So what administrators change meanwhile outlives a restart. Of several processes that start at once, one applies.
    A start without a file leaves the records of an earlier file alone. Raises ConfigurationRefused, also for what
    administrators would hear as ResourceInUse, and StorageError.
    """
    digest = digest_of(entries_of(declared, fingerprints(vault.peppers.current)), declared)
    async with store.reading() as reading:
        last, _ = await read_last_applied(reading)
    notes = _notes(declared, last)
    if last is not None and last.started == digest:
        return StartApplied(notes=notes)
    async with store.changing(actor) as change:
        at = max(now, change.now)
        prepared = await prepare(change, vault, declared, at)
        if prepared.last is not None and prepared.last.started == digest:
            return StartApplied(notes=notes)
        if _leaves_no_provider(declared, prepared):
            await keep_simulator(change, at)
            prepared = await prepare(change, vault, declared, at)
            notes = [*notes, SIMULATED]
        try:
            applied = await carry_out(change, vault, prepared, digest)
        except ResourceInUse as error:
            raise ConfigurationRefused((Problem("", None, "", error.message),)) from error
    told = [str(Problem("", one.place.line, one.place.path, one.sentence)) for one in applied.warnings]
    return StartApplied(applied.changes, applied.issued, [*notes, *told])


def _notes(declared: Declared, last: LastApplied | None) -> list[str]:
    kept = last is not None and not declared.has_file and last.entries.keys() - last.found
    return [KEPT] if kept else []


def _leaves_no_provider(declared: Declared, prepared: Prepared) -> bool:
    """Says whether nothing would answer afterwards."""
    deleted = {one.resource for one in prepared.plan.changes if one.action == "delete"}
    return not declared.providers and all(f"providers/{name}" in deleted for name in prepared.live.declared.providers)
