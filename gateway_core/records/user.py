"""Who calls and who pays: the owner of API keys."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class User:
    """A user by a name that is unique among those not deleted. One who is disabled may not call for the time being.

    `balance_nano` is the credit that was granted, in nano-USD; what is left of it, the ledger knows. Without it there
    is no bound.
    """

    name: str
    display_name: str = ""
    disabled: bool = False
    balance_nano: int | None = None
