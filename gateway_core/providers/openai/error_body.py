"""Picks what can be told apart in the body of an OpenAI error, or of anything that came in its place."""

from dataclasses import dataclass

from msgspec import DecodeError
from msgspec.json import decode

TEXT_LIMIT = 500
UNPARSABLE = (DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """What a provider says about a failure; empty where it says nothing.

    `codes` holds its code and then its type, where they are words; `status` is a code that is a number.
    """

    message: str = ""
    codes: tuple[str, ...] = ()
    param: str = ""
    status: int | None = None


def parse_error(body: bytes) -> ErrorBody:
    """Reads a body of any kind."""
    try:
        data: object = decode(body)
    except UNPARSABLE:
        return ErrorBody()
    return describe_error(data)


def describe_error(data: object) -> ErrorBody:
    """Reads an error that is JSON already: the object itself, wrapped in `error`, in a list, or a mere text."""
    if isinstance(data, list) and data:
        data = data[0]
    if isinstance(data, dict) and data.get("error"):
        data = data["error"]
    if isinstance(data, str):
        return ErrorBody(message=clean(data))
    if not isinstance(data, dict):
        return ErrorBody()
    code = data.get("code")
    codes = tuple(value for value in (code, data.get("type")) if isinstance(value, str))
    status = code if isinstance(code, int) and not isinstance(code, bool) else None
    return ErrorBody(clean(data.get("message") or data.get("detail")), codes, clean(data.get("param")), status)


def clean(value: object) -> str:
    """Gives a text on one line without control characters and of bounded length; nothing for what is no text."""
    if not isinstance(value, str):
        return ""
    text = "".join(character if character.isprintable() else " " for character in value[: 2 * TEXT_LIMIT])
    return " ".join(text.split())[:TEXT_LIMIT]
