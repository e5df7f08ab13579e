"""Who calls and who pays: the owner of API keys."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

UserStatus: TypeAlias = Literal["active", "suspended"]


@dataclass(frozen=True, slots=True)
class User:
    """A user by a name that is unique among those not deleted.

    `balance_nano` is the credit that was granted, in nano-USD; what is left of it, the ledger knows. Without it there
    is no bound.
    """

    name: str
    display_name: str = ""
    status: UserStatus = "active"
    balance_nano: int | None = None
