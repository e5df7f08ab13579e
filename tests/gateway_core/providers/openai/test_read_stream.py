"""What streamed replies of OpenAI servers say."""

import pytest

from gateway_core.providers.openai.read_stream import OpenAiStreamReader
from tests.fakes.openai_stream import DONE, RECORDED, ROLE, STOP, USAGE, WORD, CodecWithoutDepth, reader, text
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP, FINISH_REASON_TOOL_CALLS
from weir.v1.chat_request_pb2 import ChatRequest


def test_a_recorded_text_arrives_whole_and_without_padding() -> None:
    stream = reader()
    chunks = stream.feed((RECORDED / "stream_text.sse").read_bytes())
    assert stream.ended
    assert text(chunks) == "Grüß dich, \u2028😀"
    assert not any(chunk.extra_json for chunk in chunks)
    assert stream.emitted_bytes == len("Grüß dich, \u2028😀".encode())
    assert stream.finish().finish_reason == FINISH_REASON_STOP
    assert stream.finish().usage is None


def test_recorded_tool_calls_arrive_in_pieces() -> None:
    stream = reader()
    chunks = stream.feed((RECORDED / "stream_tools.sse").read_bytes())
    calls = [call for chunk in chunks for choice in chunk.choices for call in choice.delta.tool_calls]
    assert [(call.index, call.id) for call in calls if call.id] == [(0, "call_a1"), (1, "call_b2")]
    assert "".join(call.function.arguments for call in calls if call.index == 0) == '{"city":"Zürich"}'
    assert stream.emitted_bytes == len('{"city":"Zürich"}{}'.encode())
    assert stream.finish().finish_reason == FINISH_REASON_TOOL_CALLS


def test_the_first_alternative_says_why_the_reply_ended() -> None:
    stream = reader()
    chunks = stream.feed((RECORDED / "stream_two_choices.sse").read_bytes())
    assert (text(chunks, 0), text(chunks, 1)) == ("One", "Two more")
    assert stream.finish().finish_reason == FINISH_REASON_STOP


def test_reasoning_and_refusals_are_counted_as_emitted() -> None:
    stream = reader()
    stream.feed((RECORDED / "stream_refusal.sse").read_bytes())
    assert stream.emitted_bytes == len("I cannot help.")
    stream = reader()
    stream.feed((RECORDED / "stream_continuous_usage.sse").read_bytes())
    assert stream.emitted_bytes == len("Hm.Yes.")


@pytest.mark.parametrize(
    ("delta", "count"),
    [
        (b'{"function_call":{"name":"f","arguments":"{}"}}', 2),
        (b'{"tool_calls":[{"index":0,"custom":{"name":"f","input":"abc"}}]}', 3),
        (b'{"reasoning_content":"ab","role":"assistant"}', 2),
        (b'{"content":1,"tool_calls":[1],"function_call":"x"}', 0),
        (b'{"content":null,"tool_calls":null}', 0),
        (b'{"tool_calls":[{"function":{"arguments":{}}}]}', 0),
        (b'"text"', 0),
        (b"null", 0),
    ],
)
def test_what_the_model_wrote_is_counted_in_any_shape(delta: bytes, count: int) -> None:
    stream = reader()
    assert len(stream.feed(b'data: {"choices":[{"index":0,"delta":' + delta + b"}]}\n\n")) == 1
    assert stream.emitted_bytes == count


def test_usage_that_was_not_asked_for_is_kept_from_the_caller() -> None:
    stream = reader()
    chunks = stream.feed((RECORDED / "stream_usage.sse").read_bytes())
    assert len(chunks) == 4
    assert not any(chunk.HasField("usage") or chunk.extra_json for chunk in chunks)
    usage = stream.finish().usage
    assert usage is not None
    assert usage.total_tokens == 18


def test_usage_that_was_asked_for_passes_as_it_came() -> None:
    stream = reader(usage=True)
    chunks = stream.feed((RECORDED / "stream_usage.sse").read_bytes())
    assert [chunk.HasField("usage") for chunk in chunks] == [False, False, False, False, True]
    assert chunks[0].extra_json == '{"usage":null}'
    assert stream.finish().usage == chunks[-1].usage


def test_the_last_usage_counts_where_every_chunk_has_one() -> None:
    stream = reader()
    chunks = stream.feed((RECORDED / "stream_continuous_usage.sse").read_bytes())
    assert len(chunks) == 4
    assert not any(chunk.HasField("usage") for chunk in chunks)
    usage = stream.finish().usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (11, 4, 15)


def test_a_chunk_with_usage_and_something_else_loses_only_the_usage() -> None:
    stream = reader()
    chunks = stream.feed(b'data: {"choices":[],"usage":{"total_tokens":4},"moderation":{"flagged":false}}\n\n')
    assert [chunk.extra_json for chunk in chunks] == ['{"moderation":{"flagged":false}}']


def test_usage_without_choices_is_no_malformed_chunk() -> None:
    stream = reader()
    assert stream.feed(WORD + STOP + b'data: {"usage":{"total_tokens":4}}\n\n' + DONE)
    usage = stream.finish().usage
    assert usage is not None
    assert (usage.total_tokens, stream.malformed) == (4, 0)


def test_usage_that_the_codec_cannot_read_is_no_usage() -> None:
    stream = OpenAiStreamReader(CodecWithoutDepth(), ChatRequest())
    assert len(stream.feed(WORD + STOP + USAGE.replace(b'"prompt_tokens":3', b'"deep":[[[[]]]]') + DONE)) == 2
    assert stream.finish().usage is None
    assert stream.finish().finish_reason == FINISH_REASON_STOP


def test_comments_and_empty_events_are_read_over() -> None:
    stream = reader()
    assert stream.feed(b": keep-alive\n\ndata:\n\ndata: \n\nevent: ping\n\n") == []
    chunks = stream.feed((RECORDED / "stream_comments.sse").read_bytes())
    assert text(chunks) == "Hi"
    assert stream.malformed == 0
    assert stream.finish().finish_reason == FINISH_REASON_STOP


@pytest.mark.parametrize("bad", [b"{bad", b"[1]", b'"text"', b"7", b"null", b"{}", b'{"choices":{}}', b'{"a":1e999}'])
def test_a_malformed_chunk_is_skipped_and_counted(bad: bytes) -> None:
    stream = reader()
    chunks = stream.feed(ROLE + b"data: " + bad + b"\n\n" + WORD + STOP + DONE)
    assert len(chunks) == 3
    assert stream.malformed == 1
    assert stream.finish().finish_reason == FINISH_REASON_STOP


@pytest.mark.parametrize("deep", [b"[" * 100_000, b"[[[[]]]]"])
def test_a_chunk_that_nests_too_deeply_is_malformed(deep: bytes) -> None:
    stream = OpenAiStreamReader(CodecWithoutDepth(), ChatRequest())
    assert stream.feed(b'data: {"choices":[],"deep":' + deep + b"}\n\n") == []
    assert stream.malformed == 1


def test_bytes_that_are_no_text_become_replacement_characters() -> None:
    stream = reader()
    assert text(stream.feed(WORD.replace(b"Hi", b"H\xffi"))) == "H\ufffdi"


def test_choices_of_any_shape_break_nothing() -> None:
    stream = reader()
    stream.feed(b'data: {"choices":[null,7]}\n\ndata: {"choices":[{"index":{},"delta":[],"finish_reason":"stop"}]}\n\n')
    stream.feed(b"")
    assert stream.finish().finish_reason == FINISH_REASON_STOP
