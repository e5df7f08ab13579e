"""A bound on what one key, user, model, provider or credential may use; or everybody who has no bound of his own."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

ScopeKind: TypeAlias = Literal["default", "user", "api_key", "model", "provider", "credential"]
Measure: TypeAlias = Literal["requests", "tokens", "cost", "concurrency"]
Period: TypeAlias = Literal["moment", "minute", "day", "month", "total"]


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` of `measure` per period; the cost in nano-USD.

    `scope_id` is the uid of what it bounds, empty for defaults. Concurrency is per `moment`. One scope has at most
    one limit for each measure and period.
    """

    scope_kind: ScopeKind
    scope_id: str
    measure: Measure
    per: Period
    amount: int
