"""Ends that requests ask for: they must lie ahead, unless nothing changes."""

from datetime import datetime

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from admin.conduct.violations import Violations
from admin.translation.stamps import read_stamp

EXPIRE_TIME = "expire_time"


def read_end(
    shown: Message, prefix: str, now: datetime, violations: Violations, *, before: datetime | None = None
) -> datetime | None:
    """Reads the `expire_time` of a message, none for never; notes one that is over, unless it was so `before`."""
    if not shown.HasField(EXPIRE_TIME):
        return None
    written: Timestamp = getattr(shown, EXPIRE_TIME)
    try:
        end = read_stamp(written)
    except ValueError:
        violations.note(f"{prefix}{EXPIRE_TIME}", "must be a moment of the years 1 to 9999")
        return None
    if end <= now and end != before:
        violations.note(f"{prefix}{EXPIRE_TIME}", "must lie ahead")
    return end
