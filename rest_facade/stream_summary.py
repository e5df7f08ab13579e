"""Builds the chunks that Weir adds to a stream for callers who asked: what it cost, and that it begins anew."""

from rest_facade.reply_headers import cost_text
from weir.v1.call_summary_pb2 import CallSummary, TokenUsage, UsageSource
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_service_pb2 import StreamRestarted

SOURCES = {
    UsageSource.USAGE_SOURCE_PROVIDER: "provider",
    UsageSource.USAGE_SOURCE_ESTIMATED: "estimated",
}


def weir_chunk(like: ChatCompletionChunk | None, weir: dict[str, object]) -> dict[str, object]:
    """Makes a chunk without choices that belongs to the same reply as the chunks before it."""
    chunk: dict[str, object] = {"object": "chat.completion.chunk", "choices": [], "weir": weir}
    if like is not None:
        chunk["id"] = like.id
        chunk["created"] = like.created
        chunk["model"] = like.model
    return chunk


def summary_object(summary: CallSummary) -> dict[str, object]:
    """Tells what a call took and cost."""
    attempts = summary.attempts
    return {
        "request_id": summary.request_id,
        "model": summary.model,
        "provider": attempts[-1].provider if attempts else None,
        "attempts": len(attempts),
        "cost_usd": cost_text(summary.cost),
        "usage": usage_object(summary.usage),
        "duration_ms": round(summary.duration.ToNanoseconds() / 1e6, 3),
    }


def usage_object(usage: TokenUsage) -> dict[str, object]:
    """Tells the tokens of each class, and who counted them."""
    return {
        "source": SOURCES.get(usage.source),
        "input": usage.input,
        "cache_read": usage.cache_read,
        "cache_write": usage.cache_write,
        "audio_input": usage.audio_input,
        "image_input": usage.image_input,
        "output": usage.output,
        "reasoning": usage.reasoning,
        "audio_output": usage.audio_output,
    }


def restart_object(restarted: StreamRestarted) -> dict[str, object]:
    """Tells that everything so far is void, and who answers from here on."""
    started = restarted.started
    return {
        "restarted": {
            "reason": restarted.reason,
            "provider": started.provider,
            "model": started.model,
            "attempt": started.attempt,
        }
    }
