"""An API key as administrators see it. The key itself is nowhere, its hash only in the store."""

from dataclasses import dataclass
from datetime import datetime

EVERYTHING = ("*",)


@dataclass(frozen=True, slots=True)
class StoredApiKey:
    """Says whose key it is and what it is good for.

    `user_uid` is the owner, among whose keys that are not deleted the name is unique. `models` and `operations` are
    names or patterns with `*`; `networks` are CIDR blocks, none means from anywhere. `hint` shows the newest secret.
    A key that is disabled can be enabled again, one that is revoked cannot.
    """

    user_uid: str
    name: str
    hint: str
    models: tuple[str, ...] = EVERYTHING
    operations: tuple[str, ...] = EVERYTHING
    networks: tuple[str, ...] = ()
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoke_reason: str = ""
    disabled: bool = False
