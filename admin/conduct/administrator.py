"""Who makes a call, for the services: the interceptor that checks credentials sets it, and nothing else does."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from gateway_core.errors import AdminTokenInvalid
from gateway_core.records.admin_token import Role


@dataclass(frozen=True, slots=True)
class Administrator:
    """A credential that was checked: its resource name, its uid, what it may do, and where the call came from."""

    name: str
    uid: str
    role: Role
    address: str = ""
    expires_at: datetime | None = None


ADMINISTRATOR: ContextVar[Administrator | None] = ContextVar("weir_administrator", default=None)


def administrator() -> Administrator:
    """Says who calls; raises AdminTokenInvalid where nobody was asked for a credential."""
    known = ADMINISTRATOR.get()
    if known is None:
        raise AdminTokenInvalid("this call needs an admin token")
    return known
