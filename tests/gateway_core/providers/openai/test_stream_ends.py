"""How streamed replies of OpenAI servers end: whole, cut off, or in an error."""

import pytest

from gateway_core.errors import GatewayError, InvalidRequest, UpstreamBroke, UpstreamError, UpstreamRateLimited
from gateway_core.providers.sse import LINE_LIMIT
from tests.fakes.openai_stream import DONE, ERROR, RECORDED, ROLE, STOP, USAGE, WORD, failure, reader
from weir.v1.chat_completion_pb2 import FINISH_REASON_LENGTH, FINISH_REASON_STOP, FINISH_REASON_UNSPECIFIED


@pytest.mark.parametrize("done", [DONE, b"data:[DONE]\n\n", b"data:  [DONE] \n\n", b"data: [DONE]\r\n\r\n"])
def test_nothing_is_read_after_done(done: bytes) -> None:
    stream = reader()
    assert len(stream.feed(WORD + STOP + done + ERROR + WORD)) == 2
    assert stream.ended
    assert stream.feed(ERROR) == []
    assert stream.feed(b"") == []
    assert stream.finish().finish_reason == FINISH_REASON_STOP


def test_an_overlong_event_after_done_is_none_of_our_business() -> None:
    stream = reader()
    stream.feed(WORD + STOP + DONE + b"x" * (LINE_LIMIT + 1))
    assert stream.finish().finish_reason == FINISH_REASON_STOP


def test_a_stream_that_ends_without_done_but_with_its_finish_reasons_is_whole() -> None:
    stream = reader()
    stream.feed((RECORDED / "stream_without_done.sse").read_bytes())
    assert [stream.ended, stream.feed(b"")] == [False, []]
    assert stream.ended
    assert stream.finish().finish_reason == FINISH_REASON_STOP


@pytest.mark.parametrize(
    ("data", "chunks"),
    [
        (STOP.rstrip(b"\n"), 1),
        (STOP.removesuffix(b"\n"), 1),
        (STOP.rstrip(b"\n") + b"\r\n", 1),
        (STOP + b"data: [DONE]", 1),
        (STOP + b"data: [DONE]\n", 1),
    ],
)
def test_a_last_event_without_a_blank_line_counts_if_it_ends_the_reply(data: bytes, chunks: int) -> None:
    stream = reader()
    stream.feed(WORD)
    assert len(stream.feed(data) + stream.feed(b"")) == chunks
    assert stream.finish().finish_reason == FINISH_REASON_STOP


def test_a_last_event_without_a_blank_line_is_thrown_away_if_it_may_be_cut() -> None:
    stream = reader()
    stream.feed(ROLE)
    stream.feed(WORD.rstrip(b"\n"))
    assert stream.feed(b"") == []
    assert type(failure(stream)) is UpstreamBroke


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", UpstreamError),
        (b"<html>", UpstreamError),
        (DONE, UpstreamError),
        (WORD, UpstreamBroke),
        (WORD + STOP.replace(b'"index":0', b'"index":1'), UpstreamBroke),
        (WORD + STOP[:-10], UpstreamBroke),
        (b"data: {bad\n\n", UpstreamError),
        (b"data: {bad\n\n" + DONE, UpstreamError),
        (WORD + b"data: {bad\n\n" + DONE, UpstreamBroke),
        (b'data: {"detail":"no"}\n\n', UpstreamError),
    ],
)
def test_a_reply_that_does_not_say_it_is_whole_is_cut_off(data: bytes, error: type[GatewayError]) -> None:
    stream = reader()
    stream.feed(data)
    stream.feed(b"")
    assert stream.ended
    assert type(failure(stream)) is error


def test_done_without_a_finish_reason_ends_a_reply_that_had_no_malformed_chunk() -> None:
    stream = reader()
    stream.feed(WORD + DONE)
    assert stream.finish().finish_reason == FINISH_REASON_UNSPECIFIED


@pytest.mark.parametrize(
    ("reason", "found"),
    [(b'"length"', FINISH_REASON_LENGTH), (b'"eos"', FINISH_REASON_UNSPECIFIED), (b"7", FINISH_REASON_UNSPECIFIED)],
)
def test_a_finish_reason_that_nobody_knows_ends_a_reply_all_the_same(reason: bytes, found: int) -> None:
    stream = reader()
    stream.feed(WORD + STOP.replace(b'"stop"', reason))
    stream.feed(b"")
    assert stream.finish().finish_reason == found


def test_pieces_after_the_finish_reason_do_not_open_the_reply_again() -> None:
    stream = reader()
    stream.feed(WORD + STOP + WORD + USAGE)
    stream.feed(b"")
    assert stream.finish().finish_reason == FINISH_REASON_STOP


@pytest.mark.parametrize(
    ("before", "event", "error", "facts"),
    [
        (b"", ERROR, UpstreamError, {"status": "502"}),
        (WORD, ERROR, UpstreamBroke, {"status": "502"}),
        (b"", b'data: {"error":{"code":429}}\n\n', UpstreamRateLimited, {}),
        (b"", b'data: {"error":{"code":400,"message":"why"}}\n\n', InvalidRequest, {}),
        (WORD, b'data: {"error":{"code":400,"message":"why"}}\n\n', UpstreamBroke, {}),
        (b"", b'data: {"error":{"code":503}}\n\n', UpstreamError, {"status": "503"}),
        (b"", b'data: {"error":"text"}\n\n', UpstreamError, {"status": "502"}),
        (b"", b'event: error\ndata: {"message":"why"}\n\n', UpstreamError, {"status": "502"}),
        (WORD + STOP, ERROR, UpstreamBroke, {"status": "502"}),
    ],
)
def test_an_error_within_the_stream_ends_it(
    before: bytes, event: bytes, error: type[GatewayError], facts: dict[str, str]
) -> None:
    stream = reader()
    if before:
        stream.feed(before)
    assert stream.feed(event + WORD + STOP + DONE) == []
    assert stream.ended
    found = failure(stream)
    assert type(found) is error
    assert found.facts == facts


def test_an_error_beside_a_choice_is_an_error() -> None:
    stream = reader()
    choice = b'{"index":0,"delta":{"content":""},"finish_reason":"error"}'
    assert stream.feed(b'data: {"error":{"code":502,"message":"x"},"choices":[' + choice + b"]}\n\n") == []
    assert type(failure(stream)) is UpstreamError


def test_chunks_in_the_same_bytes_as_the_error_are_given_first() -> None:
    stream = reader()
    assert len(stream.feed(WORD + ERROR)) == 1
    assert type(failure(stream)) is UpstreamBroke


@pytest.mark.parametrize("error", [b"null", b"false", b'""', b"{}"])
def test_an_error_that_says_nothing_is_none(error: bytes) -> None:
    stream = reader()
    assert len(stream.feed(WORD.replace(b'"id"', b'"error":' + error + b',"id"') + STOP + DONE)) == 2
    assert stream.finish().finish_reason == FINISH_REASON_STOP


@pytest.mark.parametrize(("before", "error"), [(b"", UpstreamError), (WORD, UpstreamBroke)])
def test_an_event_that_is_too_large_ends_the_stream(before: bytes, error: type[GatewayError]) -> None:
    stream = reader()
    assert len(stream.feed(before + b"data: " + b"x" * LINE_LIMIT)) == len(before) // max(1, len(WORD))
    assert stream.ended
    assert type(failure(stream)) is error


def test_finish_before_the_end_is_a_cut_reply() -> None:
    stream = reader()
    stream.feed(ROLE)
    assert not stream.ended
    assert type(failure(stream)) is UpstreamBroke
