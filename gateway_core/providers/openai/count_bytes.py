"""Counts what a model wrote in one piece of a reply, from JSON that may have any shape."""

TEXTS = frozenset({"content", "refusal", "reasoning", "reasoning_content"})
CALLS = ("function", "custom")
WRITTEN_IN_CALLS = ("arguments", "input")


def count_bytes(delta: object) -> int:
    """Counts the UTF-8 bytes of text, reasoning and tool arguments."""
    if not isinstance(delta, dict):
        return 0
    total = 0
    for key, value in delta.items():
        if isinstance(value, str):
            if key in TEXTS:
                total += _length(value)
        elif key == "tool_calls" and isinstance(value, list):
            total += sum(_count_call(call) for call in value)
        elif key == "function_call":
            total += _count_written(value)
    return total


def _count_call(call: object) -> int:
    if not isinstance(call, dict):
        return 0
    return sum(_count_written(call.get(kind)) for kind in CALLS)


def _count_written(call: object) -> int:
    if not isinstance(call, dict):
        return 0
    texts = (call.get(key) for key in WRITTEN_IN_CALLS)
    return sum(_length(text) for text in texts if isinstance(text, str))


def _length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="replace"))
