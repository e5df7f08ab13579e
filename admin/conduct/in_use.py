"""Says by what a record is needed that somebody wants to delete."""

from collections.abc import Collection
from typing import Final

from gateway_core.errors import ResourceInUse

SHOWN: Final = 5


def in_use(name: str, by: Collection[str], remedy: str) -> ResourceInUse:
    """Makes the error. It names a few of those that need the record, and how many they are."""
    shown = ", ".join(sorted(by)[:SHOWN])
    more = f" and {len(by) - SHOWN} more" if len(by) > SHOWN else ""
    return ResourceInUse(
        f"{name} is needed by {shown}{more}: {remedy}",
        facts={"resource": name, "needed_by": shown, "needed_by_count": str(len(by))},
    )
