"""What all records have in common, as the contract shows it: who looks after them, since when they are."""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from google.protobuf.timestamp_pb2 import Timestamp

from weir.admin.v1.managed_by_pb2 import ManagedBy

OWNERS: Final[Mapping[str, ManagedBy.ValueType]] = MappingProxyType(
    {
        "api": ManagedBy.MANAGED_BY_API,
        "file": ManagedBy.MANAGED_BY_FILE,
        "bootstrap": ManagedBy.MANAGED_BY_BOOTSTRAP,
    }
)
OWNER_NAMES: Final[Mapping[str, str]] = MappingProxyType({"API": "api", "FILE": "file", "BOOTSTRAP": "bootstrap"})


def stamp(moment: datetime | None) -> Timestamp | None:
    """Writes a moment, or leaves the field unset."""
    if moment is None:
        return None
    written = Timestamp()
    written.FromDatetime(moment)
    return written


def read_stamp(written: Timestamp) -> datetime:
    """Reads a moment; fractions of a microsecond are cut off. Raises ValueError out of the years 1 to 9999."""
    return written.ToDatetime(tzinfo=UTC)
