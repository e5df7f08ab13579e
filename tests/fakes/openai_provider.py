"""What a provider of OpenAI's kind sends, as bytes for a RawProvider, and the configuration that leads to it."""

import orjson

from tests.fakes.raw_provider import RawProvider, chunk

DONE = chunk(b"data: [DONE]\n\n")
FIRST, SECOND, LAST = "Hel", "lo", " there"


def event(data: dict[str, object]) -> bytes:
    """Writes a chunk of a reply as one HTTP chunk."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": "raw-1"}
    return chunk(b"data: %s\n\n" % orjson.dumps({**head, **data}))


def piece(text: str, finish_reason: str | None = None) -> bytes:
    """Writes a chunk that holds a piece of text."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish_reason}
    return event({"choices": [choice], "usage": None})


def usage() -> bytes:
    """Writes the chunk that holds the usage."""
    counted = {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8}
    return event({"choices": [], "usage": counted})


def configuration(provider: RawProvider, timeouts: str = "{}") -> str:
    """Writes a configuration whose one model `raw` is answered by the provider."""
    return f"""\
version: 1
providers:
  raw:
    kind: openai
    base_url: "http://127.0.0.1:{provider.port}/v1"
    credentials: [{{name: a, secret: sk-made-up}}]
    timeouts: {timeouts}
models:
  raw: {{targets: [{{provider: raw, model: raw-1}}]}}
"""
