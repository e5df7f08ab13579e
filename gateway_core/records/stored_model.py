"""A model and its targets, as administrators see them. What a target costs is told by the price rows."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class StoredTarget:
    """A provider's model that can answer; the provider is given by its name."""

    provider: str
    model: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and when a target is asked again. `backoff` is in seconds, `budget` a share of all calls."""

    attempts: int = 2
    backoff: float = 0.2
    budget: float = 0.1


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A name callers use. `fallback` names other models, in order; `stream_break` says what a cut stream becomes.

    One that is disabled is not found by callers for the time being.
    """

    name: str
    targets: tuple[StoredTarget, ...]
    strategy: str = "fixed"
    fallback: tuple[str, ...] = ()
    retries: Retries = field(default_factory=Retries)
    stream_break: str = "fail"
    disabled: bool = False
