"""A model that callers ask for by name, and the targets that can answer for it."""

from dataclasses import dataclass

from gateway_core.records.price import Price


@dataclass(frozen=True, slots=True)
class Target:
    """A provider's model that can answer. Without a price its cost is unknown, never zero."""

    provider: str
    model: str
    weight: int = 1
    price: Price | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """A name callers use. `strategy` says how calls spread over the targets."""

    name: str
    targets: tuple[Target, ...]
    strategy: str = "fixed"
