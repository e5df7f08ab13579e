"""A provider and our accounts there, as administrators see them. Secrets are kept apart and sealed."""

from dataclasses import dataclass, field

from gateway_core.records.timeouts import Timeouts


@dataclass(frozen=True, slots=True)
class Breaker:
    """After how many failures in a row a target is left alone, and for how many seconds."""

    failures: int = 3
    reset: float = 60.0


@dataclass(frozen=True, slots=True)
class StoredProvider:
    """A place that answers. `kind` chooses the dialect; `balance` how calls spread over the credentials.

    One that is disabled gets no calls for the time being.
    """

    name: str
    kind: str
    base_url: str = ""
    balance: str = "round_robin"
    timeouts: Timeouts = field(default_factory=Timeouts)
    breaker: Breaker = field(default_factory=Breaker)
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class StoredCredential:
    """One of our accounts at a provider. Its secret is sealed under this record's uid.

    One that is disabled gets no calls for the time being.
    """

    provider_uid: str
    name: str
    hint: str
    weight: int = 1
    disabled: bool = False
