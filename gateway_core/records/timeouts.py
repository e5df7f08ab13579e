"""How long a provider may take, in seconds. Every wait has an end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Bounds for each stage of a call to a provider."""

    connect: float = 5.0
    first_token: float = 30.0
    idle: float = 30.0
    total: float = 60.0
    stream_total: float = 600.0
