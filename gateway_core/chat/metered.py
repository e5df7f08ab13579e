"""The layer that keeps the books: every attempt becomes one ledger row, and every reply gets its summary."""

import logging
from contextlib import aclosing

from gateway_core.chat.call import Call
from gateway_core.chat.ledger_entry import row_of
from gateway_core.chat.protocol import Chat, ChatEvent, ChatEvents
from gateway_core.clock import Clock
from gateway_core.errors import UpstreamAuth
from gateway_core.metering.ledger import Ledger
from weir.v1.call_summary_pb2 import ATTEMPT_OUTCOME_FAILED, Attempt, CallSummary
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionResponse

NANOSECONDS = 1_000_000_000


class MeteredChat:
    """Writes the rows of a call before its last event leaves, or when it ends in any other way."""

    def __init__(self, inner: Chat, ledger: Ledger, clock: Clock, logger: logging.Logger) -> None:
        """Takes the layer below and the books."""
        self._inner = inner
        self._ledger = ledger
        self._clock = clock
        self._logger = logger

    async def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Passes the events on; the last one leaves with its summary filled in."""
        written = 0
        try:
            async with aclosing(self._inner.chat(call, request)) as events:
                async for event in events:
                    summary = summary_of(event)
                    if summary is not None:
                        self._fill(summary, call, request)
                        written = self._write(call, request, written)
                    yield event
        finally:
            self._write(call, request, written)

    def _write(self, call: Call, request: ChatRequest, written: int) -> int:
        attempts = call.log.attempts
        for attempt in attempts[written:]:
            self._ledger.record(row_of(call, request.model, attempt))
            if attempt.outcome == ATTEMPT_OUTCOME_FAILED:
                self._tell(call, attempt)
        return len(attempts)

    def _tell(self, call: Call, attempt: Attempt) -> None:
        level = logging.ERROR if attempt.error_reason == UpstreamAuth.reason else logging.WARNING
        self._logger.log(
            level,
            "attempt failed",
            extra={
                "request_id": call.request_id,
                "attempt": attempt.number,
                "provider": attempt.provider,
                "credential": attempt.credential,
                "provider_model": attempt.provider_model,
                "reason": attempt.error_reason,
            },
        )

    def _fill(self, summary: CallSummary, call: Call, request: ChatRequest) -> None:
        attempts = call.log.attempts
        answered = attempts[-1]
        summary.request_id = call.request_id
        summary.model = request.model
        summary.usage.CopyFrom(answered.usage)
        summary.cost.CopyFrom(answered.cost)
        summary.attempts.extend(attempts)
        summary.configuration_version = call.snapshot.version
        summary.duration.FromNanoseconds(int((self._clock.monotonic() - call.started) * NANOSECONDS))
        summary.provider_duration.FromNanoseconds(sum(attempt.duration.ToNanoseconds() for attempt in attempts))


def summary_of(event: ChatEvent) -> CallSummary | None:
    """Gives the summary of the event that ends a reply, and `None` for all others."""
    if isinstance(event, CreateChatCompletionResponse):
        return event.summary
    return event.completed.summary if event.HasField("completed") else None
