"""Prices tokens in exact integers: pico-USD a token, summed, rounded once to nano-USD. No floats, no clock."""

from gateway_core.records.price import Price
from weir.v1.call_summary_pb2 import Cost, TokenUsage

PICO_PER_NANO = 1000
MAX_NANO_USD = 2**63 - 1


def price_usage(usage: TokenUsage, price: Price | None) -> Cost:
    """Gives what the tokens cost, rounded half up; without a price it is unknown, which is not zero.

    A class without a price of its own costs what its parent class costs. Raises OverflowError beyond 64 bits of
    nano-USD (9.2 billion USD): there is no honest number to put in the books.
    """
    if price is None:
        return Cost(nano_usd=0, priced=False)
    pico = (
        usage.input * price.input
        + usage.cache_read * _own_or_parent(price.cached_input, price.input)
        + usage.cache_write * _own_or_parent(price.cache_write, price.input)
        + usage.audio_input * _own_or_parent(price.audio_input, price.input)
        + usage.image_input * _own_or_parent(price.image_input, price.input)
        + usage.output * price.output
        + usage.reasoning * _own_or_parent(price.reasoning, price.output)
        + usage.audio_output * _own_or_parent(price.audio_output, price.output)
    )
    nano = (pico + PICO_PER_NANO // 2) // PICO_PER_NANO
    if nano > MAX_NANO_USD:
        raise OverflowError("the cost does not fit into 64 bits of nano-USD")
    return Cost(nano_usd=nano, priced=True)


def _own_or_parent(own: int | None, parent: int) -> int:
    return parent if own is None else own
