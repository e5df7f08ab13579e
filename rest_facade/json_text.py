"""Writes values as JSON bytes that even careless clients can split into lines. It knows no meaning of them."""

from typing import Final

import orjson

# Valid in JSON, yet a line's end to clients that split text as Python's splitlines does.
LINE_SEPARATOR: Final = b"\xe2\x80\xa8"
PARAGRAPH_SEPARATOR: Final = b"\xe2\x80\xa9"


def json_bytes(value: object) -> bytes:
    """Writes JSON as UTF-8 on one line, whoever splits it."""
    text = orjson.dumps(value)
    if not text.isascii():
        return text.replace(LINE_SEPARATOR, b"\\u2028").replace(PARAGRAPH_SEPARATOR, b"\\u2029")
    return text
