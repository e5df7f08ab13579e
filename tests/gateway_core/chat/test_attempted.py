"""One attempt at one endpoint: what it asks, what it passes on, and the account it leaves in the log."""

from collections.abc import Sequence
from contextlib import aclosing, nullcontext

import pytest

from gateway_core.chat.attempted import AttemptedChat, Endpoint
from gateway_core.chat.call import Call
from gateway_core.errors import (
    GatewayError,
    UpstreamAuth,
    UpstreamBroke,
    UpstreamError,
    UpstreamRateLimited,
    UpstreamTimeout,
)
from gateway_core.providers.openai.dialect import OpenAiDialect
from gateway_core.records.price import Price
from gateway_core.records.timeouts import Timeouts
from openai_json.codec import OpenAiJson
from tests.fakes.scripted_upstream import ScriptedReply, ScriptedUpstream
from tests.fakes.worlds import HeldClock, a_call
from weir.v1.call_summary_pb2 import (
    ATTEMPT_OUTCOME_CANCELLED,
    ATTEMPT_OUTCOME_COMPLETED,
    ATTEMPT_OUTCOME_FAILED,
    USAGE_SOURCE_ESTIMATED,
    USAGE_SOURCE_PROVIDER,
    USAGE_SOURCE_UNSPECIFIED,
    Attempt,
)
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionResponse, StreamChatCompletionResponse

REQUEST = ChatRequest(model="fast", messages=[ChatMessage(role=ROLE_USER, content="hello")])
WHOLE = (
    b'{"id":"c1","object":"chat.completion","created":5,"model":"m","choices":[{"index":0,"message":{"role":'
    b'"assistant","content":"hi"},"finish_reason":"stop"}],'
    b'"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}'
)
PIECE = b'data: {"id":"c1","choices":[{"index":0,"delta":{"content":"hi there"},"finish_reason":null}]}\n\n'
STOP = b'data: {"id":"c1","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = b'data: {"id":"c1","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}\n\n'
DONE = b"data: [DONE]\n\n"
EVENTS = {"content-type": "text/event-stream; charset=utf-8"}


def attempted(reply: ScriptedReply) -> tuple[AttemptedChat, ScriptedUpstream]:
    upstream = ScriptedUpstream(reply)
    endpoint = Endpoint(
        provider="openai",
        credential="a",
        model="gpt-4o-mini",
        base_url="http://provider/v1",
        headers={"Authorization": "Bearer sk-test"},
        timeouts=Timeouts(),
        price=Price(input=150_000, output=600_000),
        dialect=OpenAiDialect(OpenAiJson()),
        upstream=upstream,
    )
    return AttemptedChat(endpoint, HeldClock().clock()), upstream


def stream_reply(*pieces: bytes | BaseException) -> ScriptedReply:
    return ScriptedReply(pieces, headers=EVENTS)


async def collect(chat: AttemptedChat, call: Call, request: ChatRequest = REQUEST) -> list[str | None]:
    events = [event async for event in chat.chat(call, request)]
    return [event.WhichOneof("event") if isinstance(event, StreamChatCompletionResponse) else None for event in events]


def outcome(call: Call) -> tuple[int, str, int, int]:
    [attempt] = call.log.attempts
    return attempt.outcome, attempt.error_reason, attempt.usage.source, attempt.cost.nano_usd


async def test_a_whole_reply_comes_in_one_event_with_its_account_closed() -> None:
    chat, upstream = attempted(ScriptedReply([WHOLE[:40], WHOLE[40:]]))
    call = a_call()
    [event] = [event async for event in chat.chat(call, REQUEST)]
    assert isinstance(event, CreateChatCompletionResponse)
    assert event.completion.choices[0].message.content == "hi"
    assert event.summary.finish_reason == FINISH_REASON_STOP
    [sent] = upstream.requests
    assert (sent.url, sent.stream, sent.deadline) == ("http://provider/v1/chat/completions", False, call.deadline)
    assert sent.headers == {"Authorization": "Bearer sk-test"}
    assert b'"model":"gpt-4o-mini"' in sent.body
    [attempt] = call.log.attempts
    assert (attempt.number, attempt.provider, attempt.credential) == (1, "openai", "a")
    assert (attempt.usage.input, attempt.usage.output) == (10, 2)
    assert outcome(call) == (ATTEMPT_OUTCOME_COMPLETED, "", USAGE_SOURCE_PROVIDER, 2700)


async def test_a_stream_starts_with_its_first_piece_and_ends_with_completed() -> None:
    chat, upstream = attempted(stream_reply(b": ping\n\n", PIECE, STOP + USAGE, DONE))
    call = a_call(streamed=True)
    events = [event async for event in chat.chat(call, REQUEST)]
    kinds = [event.WhichOneof("event") for event in events if isinstance(event, StreamChatCompletionResponse)]
    assert kinds == ["started", "chunks", "chunks", "completed"]
    first = events[0]
    assert isinstance(first, StreamChatCompletionResponse)
    assert (first.started.request_id, first.started.model, first.started.provider_model, first.started.attempt) == (
        "req_1",
        "fast",
        "gpt-4o-mini",
        1,
    )
    assert b'"include_usage":true' in upstream.requests[0].body
    assert outcome(call) == (ATTEMPT_OUTCOME_COMPLETED, "", USAGE_SOURCE_PROVIDER, 2700)
    assert call.log.attempts[0].HasField("first_token")


async def test_only_real_pieces_count_as_progress() -> None:
    reply = stream_reply(b": ping\n\n", PIECE, b": ping\n\n", STOP, DONE)
    chat, _ = attempted(reply)
    await collect(chat, a_call(streamed=True))
    assert reply.progress == 2


@pytest.mark.parametrize(
    ("pieces", "settled"),
    [([PIECE, STOP, DONE], True), ([PIECE], False), ([PIECE, UpstreamError("reset")], False)],
)
async def test_a_reply_is_settled_before_it_is_left_if_its_stream_is_complete(
    pieces: Sequence[bytes | BaseException], *, settled: bool
) -> None:
    reply = stream_reply(*pieces)
    chat, _ = attempted(reply)
    with nullcontext() if settled else pytest.raises(UpstreamBroke):
        await collect(chat, a_call(streamed=True))
    assert reply.is_settled is settled


async def test_a_caller_who_leaves_early_settles_nothing() -> None:
    reply = stream_reply(PIECE, STOP, DONE)
    chat, _ = attempted(reply)
    async with aclosing(chat.chat(a_call(streamed=True), REQUEST)) as events:
        await anext(events)
    assert not reply.is_settled


async def test_a_stream_without_usage_is_estimated() -> None:
    chat, _ = attempted(stream_reply(PIECE, STOP, DONE))
    call = a_call(streamed=True)
    await collect(chat, call)
    assert outcome(call)[2] == USAGE_SOURCE_ESTIMATED
    assert call.log.attempts[0].usage.output == 3


async def test_a_provider_that_answers_in_one_piece_still_makes_a_stream() -> None:
    chat, _ = attempted(ScriptedReply([WHOLE], headers={"content-type": "application/json"}))
    call = a_call(streamed=True)
    assert await collect(chat, call) == ["started", "chunks", "completed"]
    assert outcome(call) == (ATTEMPT_OUTCOME_COMPLETED, "", USAGE_SOURCE_PROVIDER, 2700)


@pytest.mark.parametrize(
    ("status", "error"), [(401, UpstreamAuth), (429, UpstreamRateLimited), (500, UpstreamError), (302, UpstreamError)]
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_an_error_status_is_the_provider_s_error(
    status: int, error: type[GatewayError], *, streamed: bool
) -> None:
    chat, _ = attempted(ScriptedReply([b'{"error":{"message":"no"}}'], status=status))
    call = a_call(streamed=streamed)
    with pytest.raises(error):
        await collect(chat, call)
    assert outcome(call) == (ATTEMPT_OUTCOME_FAILED, error.reason, USAGE_SOURCE_UNSPECIFIED, 0)


async def test_an_endless_error_body_is_cut() -> None:
    reply = ScriptedReply([b"x" * 1024] * 1000, status=500)
    chat, _ = attempted(reply)
    with pytest.raises(UpstreamError):
        await collect(chat, a_call())
    assert reply.left_after == 64


@pytest.mark.parametrize(
    ("pieces", "error", "source"),
    [
        ([UpstreamError("reset")], UpstreamError, USAGE_SOURCE_UNSPECIFIED),
        ([b""], UpstreamError, USAGE_SOURCE_UNSPECIFIED),
        ([UpstreamTimeout("silent")], UpstreamTimeout, USAGE_SOURCE_ESTIMATED),
        ([PIECE, UpstreamError("reset")], UpstreamBroke, USAGE_SOURCE_ESTIMATED),
        ([PIECE], UpstreamBroke, USAGE_SOURCE_ESTIMATED),
        ([PIECE, b'data: {"error":{"message":"no"}}\n\n'], UpstreamBroke, USAGE_SOURCE_ESTIMATED),
        ([PIECE, UpstreamTimeout("stalled")], UpstreamTimeout, USAGE_SOURCE_ESTIMATED),
    ],
)
async def test_a_stream_that_breaks_never_completes(
    pieces: Sequence[bytes | BaseException], error: type[GatewayError], source: int
) -> None:
    chat, _ = attempted(stream_reply(*pieces))
    call = a_call(streamed=True)
    with pytest.raises(error) as failed:
        await collect(chat, call)
    assert type(failed.value) is error
    assert outcome(call)[:3] == (ATTEMPT_OUTCOME_FAILED, error.reason, source)


async def test_a_caller_who_leaves_closes_the_reply_and_pays_for_what_came() -> None:
    reply = stream_reply(PIECE, PIECE, STOP, DONE)
    chat, _ = attempted(reply)
    call = a_call(streamed=True)
    async with aclosing(chat.chat(call, REQUEST)) as events:
        await anext(events)
        await anext(events)
    assert reply.left_after == 1
    assert outcome(call)[:3] == (ATTEMPT_OUTCOME_CANCELLED, "", USAGE_SOURCE_ESTIMATED)
    assert call.log.attempts[0].usage.output == 3


async def test_the_second_attempt_of_a_call_is_number_two() -> None:
    chat, _ = attempted(ScriptedReply([WHOLE]))
    call = a_call()
    call.log.attempts.append(Attempt(number=1))
    await collect(chat, call)
    assert [attempt.number for attempt in call.log.attempts] == [1, 2]


@pytest.mark.parametrize("streamed", [False, True])
async def test_the_request_is_the_same_afterwards(*, streamed: bool) -> None:
    request = ChatRequest()
    request.CopyFrom(REQUEST)
    reply = stream_reply(PIECE, STOP, DONE) if streamed else ScriptedReply([WHOLE])
    chat, _ = attempted(reply)
    await collect(chat, a_call(streamed=streamed), request)
    assert request == REQUEST
