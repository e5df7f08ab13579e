"""What administrators decide for the whole gateway, and that is no record of its own."""

from dataclasses import dataclass

STALENESS_BOUND = 10.0


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Says what may be kept of calls, and for how many seconds a configuration may be used without being confirmed."""

    staleness_bound: float = STALENESS_BOUND
    store_prompts: bool = False
    redact_logs: bool = True
