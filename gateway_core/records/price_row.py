"""What a provider's model costs from a moment on. Rows are never changed: a new price is a new row."""

from dataclasses import dataclass
from datetime import datetime

from gateway_core.records.price import Price


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price of `model` at the provider named `provider`, in force from `effective_from` until a later row is.

    `version` counts the rows of one model. The row holds for calls with at least `min_input_tokens` input tokens.
    """

    uid: str
    provider: str
    model: str
    version: int
    price: Price
    effective_from: datetime
    min_input_tokens: int
    created_at: datetime
    managed_by: str
