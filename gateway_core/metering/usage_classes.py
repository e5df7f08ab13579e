"""Splits what a provider reports (OpenAI shape, details inside totals) into classes that do not overlap.

A report that contradicts itself is repaired and flagged, never refused. It knows no prices and does not estimate.
"""

from dataclasses import dataclass

from weir.v1.call_summary_pb2 import USAGE_SOURCE_PROVIDER, TokenUsage
from weir.v1.usage_pb2 import Usage

MAX_TOKENS = 10**12
"""More than anybody can use in a call: a larger count is nonsense, and its price might not fit into 64 bits."""


@dataclass(frozen=True, slots=True)
class SplitUsage:
    """The classes, and whether the report contradicted itself or the reply."""

    tokens: TokenUsage
    inconsistent: bool


def split_usage(usage: Usage, *, replied: bool) -> SplitUsage | None:
    """Gives the classes of a report, or `None` if it is as good as missing and must be estimated.

    `replied` says whether any text came: a report of nothing but zeros is then not believed. A total that is not
    given follows from the others or, at last, from its details; a report that leaves it open is as good as missing.
    """
    of_prompt = usage.prompt_tokens_details
    of_reply = usage.completion_tokens_details
    cache_read = of_prompt.cached_tokens
    cache_write = of_prompt.cache_write_tokens
    audio_input = of_prompt.audio_tokens
    image_input = of_prompt.image_tokens
    reasoning = of_reply.reasoning_tokens
    audio_output = of_reply.audio_tokens
    prompt_details = cache_read + cache_write + audio_input + image_input
    reply_details = reasoning + audio_output

    totals = _find_totals(usage, prompt_details + of_prompt.text_tokens, reply_details + of_reply.text_tokens)
    if totals is None or (replied and totals[1] is None):
        return None
    prompt, reply = totals[0], totals[1] or 0
    counts = (
        prompt - prompt_details,
        cache_read,
        cache_write,
        audio_input,
        image_input,
        reply - reply_details,
        reasoning,
        audio_output,
    )
    if max(counts) > MAX_TOKENS or (replied and max(counts) <= 0):
        return None
    contradicts = min(counts) < 0 or (replied and (prompt <= 0 or reply <= 0)) or _total_differs(usage, prompt + reply)
    return SplitUsage(_write_classes([max(count, 0) for count in counts]), contradicts)


def _find_totals(usage: Usage, prompt_parts: int, reply_parts: int) -> tuple[int, int | None] | None:
    """Gives the tokens of prompt and reply, as far as they are told: a reply may be `None`, a prompt may not."""
    prompt, reply = usage.prompt_tokens, usage.completion_tokens
    if prompt and reply:
        return prompt, reply
    has_prompt, has_reply = usage.HasField("prompt_tokens"), usage.HasField("completion_tokens")
    whole = usage.total_tokens
    if not has_prompt:
        prompt = whole - reply if has_reply and whole > reply else prompt_parts
        if not prompt:
            return None
    if not has_reply:
        return prompt, (whole - prompt if has_prompt and whole > prompt else reply_parts) or None
    return prompt, reply


def _total_differs(usage: Usage, total: int) -> bool:
    return usage.total_tokens not in (0, total)


def _write_classes(counts: list[int]) -> TokenUsage:
    return TokenUsage(
        source=USAGE_SOURCE_PROVIDER,
        input=counts[0],
        cache_read=counts[1],
        cache_write=counts[2],
        audio_input=counts[3],
        image_input=counts[4],
        output=counts[5],
        reasoning=counts[6],
        audio_output=counts[7],
    )
