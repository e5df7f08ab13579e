"""Turns the account of an attempt into its ledger row. Pure."""

from gateway_core.chat.call import Call
from gateway_core.records.ledger_row import LedgerRow, Outcome, UsageOrigin
from weir.v1.call_summary_pb2 import (
    ATTEMPT_OUTCOME_CANCELLED,
    ATTEMPT_OUTCOME_COMPLETED,
    ATTEMPT_OUTCOME_FAILED,
    USAGE_SOURCE_ESTIMATED,
    USAGE_SOURCE_PROVIDER,
    USAGE_SOURCE_UNSPECIFIED,
    Attempt,
)

NANOSECONDS = 1_000_000_000
OUTCOMES: dict[int, Outcome] = {
    ATTEMPT_OUTCOME_COMPLETED: "completed",
    ATTEMPT_OUTCOME_FAILED: "failed",
    ATTEMPT_OUTCOME_CANCELLED: "cancelled",
}
SOURCES: dict[int, UsageOrigin] = {
    USAGE_SOURCE_PROVIDER: "provider",
    USAGE_SOURCE_ESTIMATED: "estimated",
    USAGE_SOURCE_UNSPECIFIED: "none",
}


def row_of(call: Call, model: str, attempt: Attempt) -> LedgerRow:
    """Writes the row. The caller pays for what it got: a reply, or the part of one it stopped listening to."""
    usage = attempt.usage
    cost = attempt.cost.nano_usd
    return LedgerRow(
        request_id=call.request_id,
        attempt=attempt.number,
        account_id=call.caller.account_id,
        key_id=call.caller.id,
        model=model,
        provider=attempt.provider,
        credential=attempt.credential,
        provider_model=attempt.provider_model,
        outcome=OUTCOMES[attempt.outcome],
        error_reason=attempt.error_reason,
        started_at=attempt.start_time.ToNanoseconds() / NANOSECONDS,
        duration=attempt.duration.ToNanoseconds() / NANOSECONDS,
        usage_source=SOURCES[usage.source],
        input=usage.input,
        cache_read=usage.cache_read,
        cache_write=usage.cache_write,
        audio_input=usage.audio_input,
        image_input=usage.image_input,
        output=usage.output,
        reasoning=usage.reasoning,
        audio_output=usage.audio_output,
        upstream_cost_nano=cost,
        charge_nano=0 if attempt.outcome == ATTEMPT_OUTCOME_FAILED else cost,
        priced=attempt.cost.priced,
    )
