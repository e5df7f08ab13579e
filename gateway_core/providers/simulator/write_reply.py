"""Writes an answer as OpenAI does: one JSON object, or the events of a stream. Pure; it knows no script."""

from collections.abc import Iterator, Mapping
from itertools import zip_longest

from msgspec.json import encode

from gateway_core.providers.simulator.answer import FILLER, Alternative, Answer, ToolCall

CREATED = 1_760_000_000
"""A reply's time is fixed: the same request has the same answer."""

DONE = b"data: [DONE]\n\n"
LOGPROB = -0.125


def write_completion(answer: Answer, *, usage: bool) -> bytes:
    """Writes the whole reply."""
    choices = [
        {
            "index": index,
            "message": _message(alternative),
            "logprobs": _logprobs(alternative.tokens, answer.top_logprobs),
            "finish_reason": alternative.finish_reason,
        }
        for index, alternative in enumerate(answer.alternatives)
    ]
    counts = {"usage": _usage(answer)} if usage else {}
    return encode({**_envelope(answer, "chat.completion"), "choices": choices, **counts})


def write_chunks(answer: Answer, *, usage: bool) -> Iterator[bytes]:
    """Writes the events of the reply one by one, the alternatives in turns. `[DONE]` is not among them."""
    envelope = _envelope(answer, "chat.completion.chunk")
    null_usage = {"usage": None} if usage else {}
    for turn in zip_longest(*(_pieces(alternative) for alternative in answer.alternatives)):
        for index, piece in enumerate(turn):
            if piece is not None:
                choice = _choice(index, piece, answer)
                yield write_event({**envelope, "choices": [choice], **null_usage})
    if usage:
        yield write_event({**envelope, "choices": [], "usage": _usage(answer)})


def write_event(data: object) -> bytes:
    """Writes one event."""
    return b"data: " + encode(data) + b"\n\n"


def _envelope(answer: Answer, kind: str) -> dict[str, object]:
    return {
        "id": answer.id,
        "object": kind,
        "created": CREATED,
        "model": answer.model,
        "service_tier": "default",
        "system_fingerprint": "fp_simulator",
    }


def _message(alternative: Alternative) -> dict[str, object]:
    content = None if alternative.calls else "".join(alternative.tokens)
    message: dict[str, object] = {"role": "assistant", "content": content, "refusal": None}
    if alternative.calls:
        message["tool_calls"] = [_opened(call, "".join(call.tokens)) for call in alternative.calls]
    return message


def _pieces(alternative: Alternative) -> Iterator[Mapping[str, object] | str]:
    """Gives the deltas of an alternative, and its finish reason at last."""
    calls = alternative.calls
    if not calls:
        yield {"role": "assistant", "content": "", "refusal": None}
        yield from ({"content": token} for token in alternative.tokens)
    for index, call in enumerate(calls):
        start = {} if index else {"role": "assistant", "content": None, "refusal": None}
        yield {**start, "tool_calls": [{"index": index, **_opened(call, "")}]}
        key = _written_key(call)
        for token in call.tokens:
            yield {"tool_calls": [{"index": index, call.tool.kind: {key: token}}]}
    yield alternative.finish_reason


def _choice(index: int, piece: Mapping[str, object] | str, answer: Answer) -> dict[str, object]:
    if isinstance(piece, str):
        return {"index": index, "delta": {}, "logprobs": None, "finish_reason": piece}
    content = piece.get("content")
    tokens = (content,) if isinstance(content, str) and content else ()
    logprobs = _logprobs(tokens, answer.top_logprobs)
    return {"index": index, "delta": piece, "logprobs": logprobs, "finish_reason": None}


def _opened(call: ToolCall, written: str) -> dict[str, object]:
    tool = call.tool
    name = "" if tool.definition is None else tool.definition.name
    return {"id": call.id, "type": tool.kind, tool.kind: {"name": name, _written_key(call): written}}


def _written_key(call: ToolCall) -> str:
    return "input" if call.tool.function is None else "arguments"


def _logprobs(tokens: tuple[str, ...], top: int | None) -> dict[str, object] | None:
    if top is None or not tokens:
        return None
    content = []
    for token in tokens:
        likeliest = [token, *(f" {word}" for word in FILLER)][:top]
        ranked = [_logprob(other, rank) for rank, other in enumerate(likeliest, start=1)]
        content.append({**_logprob(token, 1), "top_logprobs": ranked})
    return {"content": content, "refusal": None}


def _logprob(token: str, rank: int) -> dict[str, object]:
    return {"token": token, "logprob": LOGPROB * rank * rank, "bytes": list(token.encode())}


def _usage(answer: Answer) -> dict[str, object]:
    prompt, completion = answer.prompt_tokens, answer.completion_tokens()
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
    }
