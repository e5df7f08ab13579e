"""Pieces of OpenAI streams, and readers for them."""

from pathlib import Path

import pytest

from gateway_core.errors import GatewayError
from gateway_core.providers.openai.read_stream import OpenAiStreamReader
from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from tests.fakes.openai_codec import codec
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_options_pb2 import StreamOptions
from weir.v1.chat_request_pb2 import ChatRequest

RECORDED = Path(__file__).parents[1] / "recorded" / "openai"
ROLE = b'data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n'
WORD = b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n'
STOP = b'data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
USAGE = b'data: {"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":1,"total_tokens":4}}\n\n'
DONE = b"data: [DONE]\n\n"
ERROR = b'data: {"error":{"message":"why","type":"server_error","code":null}}\n\n'


class CodecWithoutDepth(OpenAiJson):
    """A codec that gives up early on values that nest."""

    def read_chunk(self, data: object) -> ChatCompletionChunk:
        """Reads what does not nest more than a chunk must."""
        if "[[[[" in str(data):
            raise FieldProblem("", "expected values that nest less deeply", "invalid_value")
        return super().read_chunk(data)


def reader(*, usage: bool = False) -> OpenAiStreamReader:
    """Makes the reader for a caller who asked for the usage, or did not."""
    options = StreamOptions(include_usage=True) if usage else None
    return OpenAiStreamReader(codec(), ChatRequest(stream_options=options))


def text(chunks: list[ChatCompletionChunk], index: int = 0) -> str:
    """Gives what one alternative says."""
    return "".join(choice.delta.content for chunk in chunks for choice in chunk.choices if choice.index == index)


def failure(stream: OpenAiStreamReader) -> GatewayError:
    """Gives the error that the reader ends in."""
    with pytest.raises(GatewayError) as caught:
        stream.finish()
    return caught.value
