"""What a provider charges for a token of each class, in integers of pico-USD (USD per million tokens times 10^6)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Price:
    """Prices per token. A class without a price of its own costs what its parent class costs, never nothing."""

    input: int
    output: int
    cached_input: int | None = None
    cache_write: int | None = None
    audio_input: int | None = None
    image_input: int | None = None
    reasoning: int | None = None
    audio_output: int | None = None
