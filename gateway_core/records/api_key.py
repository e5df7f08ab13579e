"""An API key as the gateway keeps it: never the key itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Says whose key it is. `hint` shows its beginning and last four characters."""

    id: str
    account_id: str
    name: str
    hint: str
    created_at: datetime
