"""Prices as the contract shows them, and back."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from admin.conduct.names import PRICE, PROVIDER
from admin.conduct.violations import Violations
from admin.translation.stamps import OWNERS, stamp
from gateway_core.records.price import Price
from gateway_core.records.price_row import PriceRow
from weir.admin.v1 import price_pb2

HIGHEST: Final = 10**12
REQUIRED: Final[Mapping[str, str]] = MappingProxyType({"input": "input_pico_usd", "output": "output_pico_usd"})
OPTIONAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cached_input": "cache_read_pico_usd",
        "cache_write": "cache_write_pico_usd",
        "audio_input": "audio_input_pico_usd",
        "image_input": "image_input_pico_usd",
        "reasoning": "reasoning_pico_usd",
        "audio_output": "audio_output_pico_usd",
    }
)


def show_price(row: PriceRow) -> price_pb2.Price:
    """Writes a price."""
    return price_pb2.Price(
        name=PRICE.write(row.uid),
        uid=row.uid,
        managed_by=OWNERS[row.managed_by],
        create_time=stamp(row.created_at),
        provider=PROVIDER.write(row.provider),
        provider_model=row.model,
        version=row.version,
        min_input_tokens=row.min_input_tokens,
        start_time=stamp(row.effective_from),
        tokens=show_tokens(row.price),
    )


def show_tokens(price: Price) -> price_pb2.TokenPrices:
    """Writes what tokens cost."""
    return price_pb2.TokenPrices(
        **{shown: getattr(price, field) for field, shown in (*REQUIRED.items(), *OPTIONAL.items())}
    )


def read_tokens(shown: price_pb2.TokenPrices, violations: Violations) -> Price:
    """Reads what tokens cost; the least of it is what those of text do."""
    given: dict[str, int] = {field.name: amount for field, amount in shown.ListFields()}
    for name in REQUIRED.values():
        if name not in given:
            violations.note(f"price.tokens.{name}", "is required; 0 means free")
    for name, amount in given.items():
        violations.check_range(f"price.tokens.{name}", amount, 0, HIGHEST)
    others = {field: given[name] for field, name in OPTIONAL.items() if name in given}
    return Price(shown.input_pico_usd, shown.output_pico_usd, **others)
