"""Cuts text into the simulator's tokens: a word with the space before it, or a few signs."""

import re

TOKEN = re.compile(r"\s*(?:\w{1,16}|[^\w\s]{1,8})|\s+")
BYTES_PER_PROMPT_TOKEN = 4


def cut_tokens(text: str) -> list[str]:
    """Gives the tokens; joined they are the text again."""
    return TOKEN.findall(text)


def count_prompt_tokens(text: str) -> int:
    """Counts roughly, because prompts can be long."""
    return -(-len(text.encode()) // BYTES_PER_PROMPT_TOKEN)
