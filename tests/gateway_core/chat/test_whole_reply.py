"""A whole reply read as a stream says everything once."""

import pytest

from gateway_core.chat.whole_reply import WholeReplyReader, as_chunk, emitted_bytes
from gateway_core.errors import UpstreamError
from gateway_core.providers.dialect import StreamReader
from gateway_core.providers.openai.dialect import OpenAiDialect
from openai_json.codec import OpenAiJson
from weir.v1.chat_completion_pb2 import FINISH_REASON_TOOL_CALLS, ChatCompletion
from weir.v1.chat_options_pb2 import StreamOptions
from weir.v1.chat_request_pb2 import ChatRequest

BODY = (
    b'{"id":"c1","object":"chat.completion","created":5,"model":"m","service_tier":"default","choices":[{"index":0,'
    b'"message":{"role":"assistant","content":null,"reasoning":"hm","tool_calls":[{"id":"t1","type":"function",'
    b'"function":{"name":"f","arguments":"{}"}},{"id":"t2","type":"custom","custom":{"name":"c","input":"xyz"}},'
    b'{"id":"t3","type":"strange"}],"function_call":{"name":"g","arguments":"[]"}},'
    b'"logprobs":{"content":[{"token":"a","logprob":-1.5}]},"finish_reason":"tool_calls"}],'
    b'"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7},"vendor":1}'
)


def reader(*, include_usage: bool = False, limit: int = 10_000) -> StreamReader:
    request = ChatRequest(stream_options=StreamOptions(include_usage=include_usage))
    return WholeReplyReader(OpenAiDialect(OpenAiJson()), request, limit)


def test_the_body_becomes_one_chunk_when_it_is_whole() -> None:
    json = OpenAiJson()
    read = reader(include_usage=True)
    assert read.feed(BODY[:50]) == []
    assert read.feed(BODY[50:]) == []
    before = read.ended
    chunks = read.feed(b"")
    assert (before, read.ended) == (False, True)
    assert [json.write_chunk(chunk) for chunk in chunks] == [
        {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 5,
            "model": "m",
            "service_tier": "default",
            "choices": [
                {
                    "index": 0,
                    "delta": {
                        "role": "assistant",
                        "content": None,
                        "reasoning": "hm",
                        "tool_calls": [
                            {"index": 0, "id": "t1", "type": "function", "function": {"name": "f", "arguments": "{}"}},
                            {"index": 1, "id": "t2", "type": "custom", "custom": {"name": "c", "input": "xyz"}},
                            {"index": 2, "id": "t3", "type": "strange"},
                        ],
                        "function_call": {"name": "g", "arguments": "[]"},
                    },
                    "logprobs": {"content": [{"token": "a", "logprob": -1.5}]},
                    "finish_reason": "tool_calls",
                }
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
            "vendor": 1,
        }
    ]
    end = read.finish()
    assert end.finish_reason == FINISH_REASON_TOOL_CALLS
    assert end.usage is not None
    assert end.usage.total_tokens == 7
    assert read.emitted_bytes == len("hm{}xyz[]")


def test_usage_stays_hidden_from_a_caller_who_did_not_ask() -> None:
    read = reader()
    read.feed(BODY)
    [chunk] = read.feed(b"")
    assert not chunk.HasField("usage")
    assert read.finish().usage is not None


@pytest.mark.parametrize("body", [b"", b'{"id":', b'{"error":{"message":"no"}}', b"[]"])
def test_a_body_that_is_no_reply_is_a_failure(body: bytes) -> None:
    read = reader()
    read.feed(body)
    assert read.feed(b"") == []
    with pytest.raises(UpstreamError):
        read.finish()


def test_a_body_that_is_cut_is_a_failure_even_before_its_end() -> None:
    read = reader()
    read.feed(BODY[:50])
    with pytest.raises(UpstreamError, match="not whole"):
        read.finish()


def test_a_body_beyond_the_limit_ends_the_reading() -> None:
    read = reader(limit=10)
    assert read.feed(BODY) == []
    assert read.ended
    with pytest.raises(UpstreamError, match="too large"):
        read.finish()


def test_an_empty_reply_has_nothing_to_say() -> None:
    assert as_chunk(ChatCompletion(), with_usage=True).choices == []
    assert emitted_bytes(ChatCompletion()) == 0
