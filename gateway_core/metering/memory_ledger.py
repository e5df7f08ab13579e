"""A ledger in memory: the latest rows, and totals that stay exact when rows are dropped."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway_core.records.ledger_row import LedgerRow

CAPACITY = 10_000


@dataclass(slots=True)
class Total:
    """Sums over attempts. Money in nano-USD covers priced attempts only; `unpriced` counts the others."""

    attempts: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    upstream_cost_nano: int = 0
    charge_nano: int = 0
    unpriced: int = 0


@dataclass(frozen=True, slots=True)
class LedgerTotals:
    """Everything booked since the start, by API key and by model."""

    by_key: Mapping[str, Total] = field(default_factory=dict)
    by_model: Mapping[str, Total] = field(default_factory=dict)


class MemoryLedger:
    """Keeps the latest `capacity` rows. An attempt whose row was dropped would be booked again.

    Totals need no bound: names of keys and models come from the configuration, never from callers.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        """Takes how many rows to keep."""
        self._capacity = capacity
        self._rows: OrderedDict[tuple[str, int], LedgerRow] = OrderedDict()
        self._by_key: dict[str, Total] = {}
        self._by_model: dict[str, Total] = {}

    def record(self, row: LedgerRow, /) -> None:
        """Books a row once and drops the oldest beyond the capacity."""
        name = (row.request_id, row.attempt)
        if name in self._rows:
            return
        self._rows[name] = row
        if len(self._rows) > self._capacity:
            self._rows.popitem(last=False)
        _add(self._by_key.setdefault(row.key_id, Total()), row)
        _add(self._by_model.setdefault(row.model, Total()), row)

    def rows(self) -> tuple[LedgerRow, ...]:
        """Gives the rows still kept, oldest first."""
        return tuple(self._rows.values())

    def totals(self) -> LedgerTotals:
        """Gives the totals as they are now; they do not change afterwards."""
        return LedgerTotals(
            by_key={name: replace(total) for name, total in self._by_key.items()},
            by_model={name: replace(total) for name, total in self._by_model.items()},
        )


def _add(total: Total, row: LedgerRow) -> None:
    total.attempts += 1
    total.input_tokens += row.input + row.cache_read + row.cache_write + row.audio_input + row.image_input
    total.output_tokens += row.output + row.reasoning + row.audio_output
    if row.priced:
        total.upstream_cost_nano += row.upstream_cost_nano
        total.charge_nano += row.charge_nano
    else:
        total.unpriced += 1
