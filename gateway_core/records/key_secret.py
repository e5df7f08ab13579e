"""One secret of an API key or admin token, as the gateway keeps it: never the secret itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeySecret:
    """A hash under the pepper named `pepper_id`. `owner` is the uid of the key or token.

    An owner has several while a rotation overlaps. None works from `expires_at` on, nor without its owner.
    """

    owner: str
    hash: bytes
    pepper_id: str
    hint: str
    created_at: datetime
    expires_at: datetime | None
