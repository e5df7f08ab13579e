"""What the store keeps about every record that an administrator makes, around the record's own value."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

R_co = TypeVar("R_co", covariant=True)

BY_API = "api"


@dataclass(frozen=True, slots=True)
class Versioned(Generic[R_co]):
    """A record as it was at one revision. The revision starts at 1 and grows with each change.

    `managed_by` says who owns the record: the admin service (`api`), a file (`file`), the first start (`bootstrap`).
    """

    uid: str
    revision: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    managed_by: str
    value: R_co
