"""Keeps the account of one attempt while it runs, and closes it exactly once, however it ends."""

from types import TracebackType
from typing import Self

from google.protobuf.duration_pb2 import Duration

from gateway_core.chat.call import AttemptLog
from gateway_core.clock import Clock
from gateway_core.errors import GatewayError, UpstreamTimeout
from gateway_core.metering.attempt_usage import final_usage
from gateway_core.metering.cost import price_usage
from gateway_core.metering.estimated_usage import estimate_usage
from gateway_core.providers.dialect import StreamReader
from gateway_core.records.price import Price
from weir.v1.call_summary_pb2 import (
    ATTEMPT_OUTCOME_CANCELLED,
    ATTEMPT_OUTCOME_COMPLETED,
    ATTEMPT_OUTCOME_FAILED,
    Attempt,
    TokenUsage,
)
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.usage_pb2 import Usage

NANOSECONDS = 1_000_000_000


class AttemptRecord:
    """The account of one attempt, open inside a `with` block and in the call's log behind it."""

    __slots__ = ("_attempt", "_clock", "_log", "_price", "_reader", "_request", "_started", "_usage", "answering")

    def __init__(self, log: AttemptLog, clock: Clock, price: Price | None, request: ChatRequest) -> None:
        """Takes what the account needs to be closed at any moment."""
        self._log = log
        self._clock = clock
        self._price = price
        self._request = request
        self._reader: StreamReader | None = None
        self._usage: TokenUsage | None = None
        self._started = clock.monotonic()
        self._attempt = Attempt()
        self.answering = False

    def begin(self, blank: Attempt) -> "AttemptRecord":
        """Fills in where the attempt goes: `blank` names provider, credential and model."""
        attempt = self._attempt
        attempt.MergeFrom(blank)
        attempt.number = self._log.next_number()
        seconds, nanos = divmod(self._clock.wall(), NANOSECONDS)
        attempt.start_time.seconds = seconds
        attempt.start_time.nanos = nanos
        return self

    @property
    def number(self) -> int:
        """Counts the attempts of the call up to this one."""
        return self._attempt.number

    def streams_through(self, reader: StreamReader) -> None:
        """Names the reader that knows how much of the reply has come."""
        self._reader = reader

    def first_token(self) -> None:
        """Notes that the provider has begun to answer."""
        self.answering = True
        self._measure(self._attempt.first_token)

    def completed(self, usage: Usage | None, emitted_bytes: int) -> None:
        """Notes that the reply is whole, and what the provider says it used."""
        self._usage = final_usage(usage, self._request, emitted_bytes)

    def __enter__(self) -> Self:
        """Opens the account."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the account and puts it into the log."""
        attempt = self._attempt
        if self._usage is not None:
            attempt.outcome = ATTEMPT_OUTCOME_COMPLETED
            attempt.usage.CopyFrom(self._usage)
        elif isinstance(error, GatewayError):
            attempt.outcome = ATTEMPT_OUTCOME_FAILED
            attempt.error_reason = error.reason
            if self.answering or isinstance(error, UpstreamTimeout):
                attempt.usage.CopyFrom(self._partial_usage())
        else:
            attempt.outcome = ATTEMPT_OUTCOME_CANCELLED
            attempt.usage.CopyFrom(self._partial_usage())
        attempt.cost.CopyFrom(price_usage(attempt.usage, self._price))
        self._measure(attempt.duration)
        self._log.attempts.append(attempt)

    def _partial_usage(self) -> TokenUsage:
        return estimate_usage(self._request, self._reader.emitted_bytes if self._reader else 0)

    def _measure(self, duration: Duration) -> None:
        elapsed = self._clock.monotonic() - self._started
        duration.seconds = int(elapsed)
        duration.nanos = int(elapsed % 1 * NANOSECONDS)
