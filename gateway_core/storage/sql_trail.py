"""What a change leaves behind besides the records: entries in the audit log, and a grown version.

Changes take the one row of the gateway's state before anything else, so there is one at a time in all processes.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from sqlalchemy import RowMapping, insert, select, update

from gateway_core.records.audit_entry import Actor, AuditEntry
from gateway_core.records.versioned import Versioned
from gateway_core.storage.audit_chain import hash_entry
from gateway_core.storage.column_types import write_json
from gateway_core.storage.statements import Statements
from gateway_core.storage.storage_error import SchemaIncompatible
from gateway_core.storage.tables import AUDIT, GATEWAY_STATE

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class State:
    """The version of the configuration, and where the audit log ends."""

    version: int
    audit_sequence: int
    audit_hash: bytes


async def read_state(statements: Statements, *, lock: bool = False) -> State:
    """Reads the state; with `lock` nobody else changes anything until the transaction ends."""
    query = select(GATEWAY_STATE.c.version, GATEWAY_STATE.c.audit_sequence, GATEWAY_STATE.c.audit_hash)
    row = await statements.row(query.with_for_update() if lock else query)
    if row is None:
        raise SchemaIncompatible("the database was never made ready for Weir: run `weir migrate up`")
    return State(row["version"], row["audit_sequence"], row["audit_hash"])


class Trail:
    """Collects what one change did and writes it at its end."""

    def __init__(self, actor: Actor, now: datetime, state: State) -> None:
        """Takes who makes the change, when, and what was before."""
        self.actor = actor
        self.now = now
        self._version = state.version
        self._sequence = state.audit_sequence
        self._hash = state.audit_hash
        self._entries: list[AuditEntry] = []
        self._grown = False

    def grow(self) -> None:
        """Makes this a change of the configuration: its version grows by one. A note must follow."""
        if not self._grown:
            self._grown = True
            self._version += 1

    def tell(self, action: str, kind: str, before: Versioned[R] | None, after: Versioned[R]) -> None:
        """Adds the entry for a change of a record."""
        self.grow()
        was = None if before is None else write_json(before.value)
        self.note(action, kind, after.uid, before=was, after=write_json(after.value))

    def note(self, action: str, kind: str, uid: str, *, before: str | None = None, after: str | None = None) -> None:
        """Adds an entry."""
        self._sequence += 1
        unhashed = AuditEntry(
            self._sequence, self.now, self._version, self.actor, action, kind, uid, before, after, hash=b""
        )
        self._hash = hash_entry(self._hash, unhashed)
        self._entries.append(replace(unhashed, hash=self._hash))

    async def write(self, statements: Statements) -> None:
        """Writes the entries and the new state, if there is anything to write."""
        if not self._entries:
            return
        await statements.run(insert(AUDIT), [_row_of(entry) for entry in self._entries])
        state = {"version": self._version, "audit_sequence": self._sequence, "audit_hash": self._hash}
        await statements.run(update(GATEWAY_STATE).values(state))


def _row_of(entry: AuditEntry) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": entry.at,
        "version": entry.version,
        "actor": entry.actor.name,
        "actor_uid": entry.actor.uid,
        "address": entry.actor.address,
        "request_id": entry.actor.request_id,
        "reason": entry.actor.reason,
        "action": entry.action,
        "kind": entry.kind,
        "uid": entry.uid,
        "before": entry.before,
        "after": entry.after,
        "hash": entry.hash,
    }


def read_entry(row: RowMapping) -> AuditEntry:
    """Makes the entry of a row."""
    return AuditEntry(
        sequence=row["sequence"],
        at=row["at"],
        version=row["version"],
        actor=Actor(row["actor"], row["actor_uid"], row["address"], row["request_id"], row["reason"]),
        action=row["action"],
        kind=row["kind"],
        uid=row["uid"],
        before=row["before"],
        after=row["after"],
        hash=row["hash"],
    )
