"""What the doctor is given, and what its checks learn for the checks that come after them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway_cli.configuration.configuration import Configuration
from gateway_cli.database.stored import Stored


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What the clock of somebody else showed, and what ours did."""

    whose: str
    theirs: datetime
    ours: datetime


@dataclass(slots=True)
class Case:
    """The patient. Who makes one gives the first three; the checks fill in the rest, in their order.

    `configuration` is `None` if it is refused, `stored` if the database could not be read, or holds nothing yet;
    `is_new` says the latter.
    """

    environment: Mapping[str, str]
    file: Path | None
    now: Callable[[], datetime]
    configuration: Configuration | None = None
    stored: Stored | None = None
    is_new: bool = False
    clocks: list[ClockReading] = field(default_factory=list)
