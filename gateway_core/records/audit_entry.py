"""One line of the audit log: who changed what, from where, and what it was before."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who makes a change: a name for people, the uid of the token, the address it came from, the call's id.

    `reason` says why, where somebody had to say so.
    """

    name: str
    uid: str = ""
    address: str = ""
    request_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. `before` and `after` are the record as JSON, without secrets; `version` is the configuration's.

    `hash` covers everything else in the entry and the hash of the entry before, so that nothing can be changed, put
    in between or taken away unnoticed.
    """

    sequence: int
    at: datetime
    version: int
    actor: Actor
    action: str
    kind: str
    uid: str
    before: str | None
    after: str | None
    hash: bytes
