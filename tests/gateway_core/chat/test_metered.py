"""The books: one row for every attempt, before the last event leaves, however the call ends."""

import logging
from contextlib import aclosing

import pytest

from gateway_core.chat.call import Call
from gateway_core.chat.metered import MeteredChat
from gateway_core.chat.protocol import ChatEvents
from gateway_core.errors import UpstreamError
from gateway_core.records.ledger_row import LedgerRow
from tests.fakes.scripted_chat import ScriptedChat
from tests.fakes.worlds import HeldClock, a_call
from weir.v1.call_summary_pb2 import (
    ATTEMPT_OUTCOME_CANCELLED,
    ATTEMPT_OUTCOME_COMPLETED,
    ATTEMPT_OUTCOME_FAILED,
    USAGE_SOURCE_PROVIDER,
    Attempt,
    CallSummary,
    Cost,
    TokenUsage,
)
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionResponse,
    StreamChatCompletionResponse,
    StreamChunks,
    StreamCompleted,
)

REQUEST = ChatRequest(model="fast")
CHUNKS = StreamChatCompletionResponse(chunks=StreamChunks())


class Book:
    """A ledger that keeps its rows in a list."""

    def __init__(self) -> None:
        """Starts empty."""
        self.rows: list[LedgerRow] = []

    def record(self, row: LedgerRow, /) -> None:
        """Keeps the row."""
        self.rows.append(row)


def attempt(number: int = 1, outcome: int = ATTEMPT_OUTCOME_COMPLETED, reason: str = "") -> Attempt:
    return Attempt(
        number=number,
        provider="openai",
        credential="a",
        provider_model="gpt-4o-mini",
        outcome=outcome,  # type: ignore[arg-type] # a number of the enum
        error_reason=reason,
        usage=TokenUsage(source=USAGE_SOURCE_PROVIDER, input=25, output=22),
        cost=Cost(nano_usd=16_950, priced=True),
    )


def metered(below: ScriptedChat, book: Book) -> MeteredChat:
    return MeteredChat(below, book, HeldClock().clock(), logging.getLogger("test"))


def completed() -> StreamChatCompletionResponse:
    return StreamChatCompletionResponse(
        completed=StreamCompleted(summary=CallSummary(finish_reason=FINISH_REASON_STOP))
    )


async def test_the_row_is_booked_before_the_last_event_leaves() -> None:
    book = Book()
    below = ScriptedChat([CHUNKS, completed()], attempts=[attempt()])
    booked = [
        (event.WhichOneof("event"), len(book.rows))
        async for event in metered(below, book).chat(a_call(streamed=True), REQUEST)
        if isinstance(event, StreamChatCompletionResponse)
    ]
    assert booked == [("chunks", 0), ("completed", 1)]
    assert len(book.rows) == 1


async def test_the_summary_tells_all_attempts_and_charges_the_one_that_answered() -> None:
    attempts = [attempt(1, ATTEMPT_OUTCOME_FAILED, "UPSTREAM_ERROR"), attempt(2)]
    below = ScriptedChat([CreateChatCompletionResponse(summary=CallSummary())], attempts=attempts)
    book = Book()
    events = [event async for event in metered(below, book).chat(a_call(), REQUEST)]
    assert isinstance(events[0], CreateChatCompletionResponse)
    summary = events[0].summary
    assert [tried.number for tried in summary.attempts] == [1, 2]
    assert summary.usage.input == 25
    assert summary.cost == Cost(nano_usd=16_950, priced=True)
    assert (summary.request_id, summary.model, summary.configuration_version) == ("req_1", "fast", "7")
    assert [(row.attempt, row.outcome, row.charge_nano) for row in book.rows] == [
        (1, "failed", 0),
        (2, "completed", 16_950),
    ]


async def test_a_call_that_fails_is_booked_once(caplog: pytest.LogCaptureFixture) -> None:
    below = ScriptedChat(
        [CHUNKS], error=UpstreamError("cut"), attempts=[attempt(1, ATTEMPT_OUTCOME_FAILED, "UPSTREAM_AUTH")]
    )
    book = Book()
    with pytest.raises(UpstreamError):
        [event async for event in metered(below, book).chat(a_call(streamed=True), REQUEST)]
    assert [(row.outcome, row.error_reason, row.upstream_cost_nano) for row in book.rows] == [
        ("failed", "UPSTREAM_AUTH", 16_950)
    ]
    assert [(record.levelname, record.message) for record in caplog.records] == [("ERROR", "attempt failed")]


async def test_a_caller_who_leaves_is_booked_once() -> None:
    class Leaving(ScriptedChat):
        async def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
            try:
                yield CHUNKS
            finally:
                call.log.attempts.append(attempt(1, ATTEMPT_OUTCOME_CANCELLED))

    book = Book()
    async with aclosing(metered(Leaving(), book).chat(a_call(streamed=True), REQUEST)) as events:
        assert await anext(events) == CHUNKS
        assert not book.rows
    assert [(row.outcome, row.charge_nano, row.usage_source) for row in book.rows] == [
        ("cancelled", 16_950, "provider")
    ]
