"""Where attempts are booked. Every attempt ends in exactly one row."""

from typing import Protocol

from gateway_core.records.ledger_row import LedgerRow


class Ledger(Protocol):
    """Keeps rows. The pair (request_id, attempt) makes booking idempotent."""

    def record(self, row: LedgerRow, /) -> None:
        """Books a row; the same request's same attempt a second time has no effect."""
        ...
