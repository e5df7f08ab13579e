"""An admin token as the gateway keeps it: never the token itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AdminToken:
    """Lets its holder administer the gateway. `hint` shows its beginning and last four characters."""

    id: str
    name: str
    hint: str
    created_at: datetime
