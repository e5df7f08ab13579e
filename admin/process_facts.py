"""What an admin process knows about itself from its start, for whoever asks how the gateway is put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Mode: TypeAlias = Literal["embedded", "workers", "distributed"]
StoreKind: TypeAlias = Literal["sqlite", "postgresql"]


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the process listens: what is served there, and the address with the port that was really taken."""

    name: str
    address: str
    tls: bool = False
    mutual_tls: bool = False


@dataclass(frozen=True, slots=True)
class ProcessFacts:
    """`started` is Unix time in nanoseconds. `listeners` is asked each time: some come after the admin service."""

    version: str
    mode: Mode
    store_kind: StoreKind
    instance_id: str
    started: int
    listeners: Callable[[], Sequence[Listening]]
