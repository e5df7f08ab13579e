"""Etags: opaque to clients, a record's uid and revision to us."""

import hashlib

from gateway_core.errors import EtagMismatch
from gateway_core.records.versioned import Versioned

DIGITS = 12


def etag_of(record: Versioned[object]) -> str:
    """Gives the etag of a record as it is."""
    return _etag(record.uid, record.revision)


def expected_revision(etag: str, record: Versioned[object]) -> int | None:
    """Gives the revision a change must find, or nothing for a change of whatever is there. Raises EtagMismatch."""
    if not etag:
        return None
    if etag != etag_of(record):
        raise EtagMismatch("the record has changed since it was read: read it again, and change what is there now")
    return record.revision


def _etag(uid: str, revision: int) -> str:
    return f"{revision:x}-{hashlib.sha256(f'{uid}/{revision}'.encode()).hexdigest()[:DIGITS]}"
