"""The real codec, made once: compiling its tables takes a while, and it keeps nothing between calls."""

from functools import cache

from openai_json.codec import OpenAiJson


@cache
def codec() -> OpenAiJson:
    """Gives the codec."""
    return OpenAiJson()
