"""Reads a request's body as a JSON object, within limits on size and depth. It knows no fields."""

import asyncio
from typing import Final

import msgspec
from starlette.types import Message, Receive, Scope

from openai_json.depth import depth_exceeds
from rest_facade.error_body import Refusal, invalid_request, reply_for, unsupported_body

LINGER: Final = 2.0
FORM_TYPES: Final = (b"multipart/", b"application/x-www-form-urlencoded")


class CallerLeft(Exception):
    """The caller went away before its request was whole: there is nobody to answer."""


class TooLarge(Refusal):
    """The body is larger than allowed; its rest is still on the way."""

    def __init__(self, limit: int) -> None:
        """Takes the limit, in bytes."""
        super().__init__(reply_for("PAYLOAD_TOO_LARGE", f"the request body is larger than {limit} bytes"))


def refuse_by_headers(scope: Scope, limit: int) -> None:
    """Raises Refusal if the headers already say that the body cannot be taken."""
    headers: dict[bytes, bytes] = scope["weir.headers"]
    if int(headers.get(b"content-length", b"0")) > limit:
        raise TooLarge(limit)
    if headers.get(b"content-type", b"").lower().startswith(FORM_TYPES):
        raise unsupported_body("the body must be JSON, sent with the header content-type: application/json")
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        raise unsupported_body("the body must not be compressed")


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """Reads the whole body. Raises TooLarge as soon as that is certain, and CallerLeft."""
    refuse_by_headers(scope, limit)
    message = await receive()
    body = body_of(message)
    if not message.get("more_body"):
        if len(body) > limit:
            raise TooLarge(limit)
        return body
    parts = [body]
    size = len(body)
    while message.get("more_body"):
        if size > limit:
            raise TooLarge(limit)
        message = await receive()
        part = body_of(message)
        size += len(part)
        parts.append(part)
    if size > limit:
        raise TooLarge(limit)
    return b"".join(parts)


def body_of(message: Message) -> bytes:
    """Gives the bytes of an ASGI message."""
    if message["type"] == "http.disconnect":
        raise CallerLeft
    body: bytes = message.get("body", b"")
    return body


async def discard_body(receive: Receive, patience: float = LINGER) -> None:
    """Throws away what still comes, for a while: a caller that is busy sending reads no reply."""
    try:
        async with asyncio.timeout(patience):
            while (await receive()).get("more_body"):
                pass
    except TimeoutError:
        return


def read_object(body: bytes, deepest: int) -> dict[str, object]:
    """Decodes a JSON object that nests no deeper than allowed."""
    try:
        data = msgspec.json.decode(body)
    except UnicodeDecodeError as error:
        raise invalid_request("the body is not valid UTF-8", code="invalid_json") from error
    except msgspec.DecodeError as error:
        raise invalid_request(f"the body is not valid JSON: {error}", code="invalid_json") from error
    except RecursionError as error:
        raise too_deep(deepest) from error
    if not isinstance(data, dict):
        raise invalid_request("the body must be a JSON object", code="invalid_type")
    if depth_exceeds(body, data, deepest):
        raise too_deep(deepest)
    return data


def too_deep(deepest: int) -> Refusal:
    """Makes the refusal of JSON that nests too deeply."""
    return invalid_request(f"the body nests deeper than {deepest} levels", code="invalid_json")
