"""One line of the ledger: what one attempt used, what it cost us and what the caller pays for it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Outcome: TypeAlias = Literal["completed", "failed", "cancelled"]
UsageOrigin: TypeAlias = Literal["provider", "estimated", "none"]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Tells of one attempt; `request_id` and `attempt` together name it once and for ever.

    `started_at` is in Unix seconds, `duration` in seconds, money in nano-USD. The token classes do not overlap.
    Without `priced` the amounts are unknown, not zero. `error_reason` is empty for a success.
    """

    request_id: str
    attempt: int
    account_id: str
    key_id: str
    model: str
    provider: str
    credential: str
    provider_model: str
    outcome: Outcome
    error_reason: str
    started_at: float
    duration: float
    usage_source: UsageOrigin
    input: int
    cache_read: int
    cache_write: int
    audio_input: int
    image_input: int
    output: int
    reasoning: int
    audio_output: int
    upstream_cost_nano: int
    charge_nano: int
    priced: bool
