"""What was used and what it costs, exactly: usage classes, prices, the ledger."""
