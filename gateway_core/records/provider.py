"""A provider: where it is, how it speaks, which credentials we have there."""

from dataclasses import dataclass, field

from gateway_core.records.secret import Secret
from gateway_core.records.timeouts import Timeouts


@dataclass(frozen=True, slots=True)
class Credential:
    """One of our accounts at a provider."""

    name: str
    secret: Secret
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Provider:
    """A place that answers. `kind` chooses the dialect; `balance` how calls spread over the credentials."""

    name: str
    kind: str
    base_url: str
    credentials: tuple[Credential, ...]
    balance: str = "round_robin"
    timeouts: Timeouts = field(default_factory=Timeouts)
