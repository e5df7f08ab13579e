"""An admin token as the gateway keeps it: never the token itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["owner", "operator", "viewer", "billing"]


@dataclass(frozen=True, slots=True)
class AdminToken:
    """Lets its holder administer the gateway, as far as the role goes. Its name is unique among those not deleted.

    `hint` shows its beginning and end.
    """

    name: str
    hint: str
    role: Role
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoke_reason: str = ""
