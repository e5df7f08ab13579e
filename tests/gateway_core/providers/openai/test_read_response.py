"""Whole replies of OpenAI servers."""

import pytest

from gateway_core.errors import GatewayError, InvalidRequest, UpstreamAuth, UpstreamError, UpstreamRateLimited
from gateway_core.providers.openai.dialect import OpenAiDialect
from openai_json.codec import OpenAiJson
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP

BODY = (
    b'{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},'
    b'"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3},"error":null}'
)


def test_a_reply_is_read_with_blank_lines_before_it() -> None:
    completion = OpenAiDialect(OpenAiJson()).read_response(b"\n\n \t" + BODY)
    assert completion.choices[0].message.content == "Hi"
    assert completion.choices[0].finish_reason == FINISH_REASON_STOP
    assert completion.usage.total_tokens == 3


@pytest.mark.parametrize(
    ("body", "error", "status"),
    [
        (b"", UpstreamError, None),
        (b"<html>", UpstreamError, None),
        (BODY[:-1], UpstreamError, None),
        (b"[]", UpstreamError, None),
        (b"null", UpstreamError, None),
        (b'"\xff"', UpstreamError, None),
        (b"[" * 100_000, UpstreamError, None),
        (b"{}", UpstreamError, None),
        (b'{"choices":[]}', UpstreamError, None),
        (b'{"choices":[null]}', UpstreamError, None),
        (b'{"choices":"none"}', UpstreamError, None),
        (b'{"error":{"message":"x","code":"internal"},"choices":[{"index":0}]}', UpstreamError, "502"),
        (b'{"error":"overloaded"}', UpstreamError, "502"),
        (b'{"error":{"code":503}}', UpstreamError, "503"),
        (b'{"error":{"code":1302}}', UpstreamError, "502"),
        (b'{"error":{"code":true}}', UpstreamError, "502"),
        (b'{"error":{"code":429}}', UpstreamRateLimited, None),
        (b'{"error":{"code":401,"message":"bad key sk-1"}}', UpstreamAuth, None),
        (b'{"error":{"code":400,"message":"no"}}', InvalidRequest, None),
    ],
)
def test_what_is_no_reply_is_an_error(body: bytes, error: type[GatewayError], status: str | None) -> None:
    with pytest.raises(GatewayError) as caught:
        OpenAiDialect(OpenAiJson()).read_response(body)
    assert type(caught.value) is error
    assert caught.value.facts.get("status") == status
