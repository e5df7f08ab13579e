"""An API key as the request path sees it: never the key itself, and everything that decides about a call worked out."""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, TypeAlias

from gateway_core.records.model_scope import ModelScope

KeyState: TypeAlias = Literal["active", "revoked", "disabled", "user_disabled"]
Network: TypeAlias = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Says whose key it is and what it is good for. `hint` shows its beginning and last four characters.

    `account_id` is the uid of the user it belongs to, `account_name` the name that people know. Moments are in Unix
    seconds, None is never: the key expires at one, the secret that was presented at another. `models` and `operations`
    are None where all are allowed, `networks` is empty where it may come from everywhere.
    """

    id: str
    account_id: str
    account_name: str
    name: str
    hint: str
    created_at: datetime
    state: KeyState = "active"
    expires_at: float | None = None
    secret_expires_at: float | None = None
    models: ModelScope | None = None
    operations: frozenset[str] | None = None
    networks: tuple[Network, ...] = ()
