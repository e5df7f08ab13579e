"""The arithmetic of the audit log: each entry's hash covers its content and the hash before. It reads no database."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from gateway_core.records.audit_entry import AuditEntry
from gateway_core.storage.column_types import write_json

BEGINNING = b""


@dataclass(frozen=True, slots=True)
class ChainVerdict:
    """How many entries hold. `broken` is the sequence number of the first that does not, and `why` says what is."""

    entries: int
    broken: int | None = None
    why: str = ""


def hash_entry(previous: bytes, entry: AuditEntry) -> bytes:
    """Gives what an entry's hash must be behind an entry with the hash `previous`."""
    content = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(),
        "version": entry.version,
        "actor": entry.actor,
        "action": entry.action,
        "kind": entry.kind,
        "uid": entry.uid,
        "before": entry.before,
        "after": entry.after,
    }
    return hashlib.sha256(previous + write_json(content).encode()).digest()


class ChainReader:
    """Follows a chain, entry by entry, until the first that does not hold."""

    def __init__(self) -> None:
        """Begins before the first entry."""
        self._entries = 0
        self._hash = BEGINNING

    def read(self, entries: Iterable[AuditEntry]) -> ChainVerdict | None:
        """Takes the next entries; says so if one does not hold."""
        for entry in entries:
            expected = self._entries + 1
            if entry.sequence != expected:
                return ChainVerdict(self._entries, expected, f"entry {expected} is missing")
            if entry.hash != hash_entry(self._hash, entry):
                return ChainVerdict(self._entries, expected, f"entry {expected} is not what was written")
            self._entries, self._hash = expected, entry.hash
        return None

    def finish(self, sequence: int, last_hash: bytes) -> ChainVerdict:
        """Takes what the store knows of the last entry, apart from the log, and gives the verdict."""
        if sequence > self._entries:
            missing = self._entries + 1
            return ChainVerdict(self._entries, missing, f"entry {missing} is missing: the log must reach {sequence}")
        if sequence < self._entries or last_hash != self._hash:
            return ChainVerdict(
                self._entries, self._entries, f"the log must end with entry {sequence} and another hash"
            )
        return ChainVerdict(self._entries)
