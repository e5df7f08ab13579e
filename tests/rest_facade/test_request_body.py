"""Bodies are JSON objects within limits; anything else is refused in words a caller can act on."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.types import Message, Receive, Scope

from rest_facade.error_body import Refusal
from rest_facade.request_body import CallerLeft, TooLarge, discard_body, read_body, read_object


def told(*messages: Message) -> Receive:
    rest = iter(messages)

    async def receive() -> Message:
        return next(rest)

    return receive


def part(body: bytes, *, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def scope(**headers: str) -> Scope:
    return {"weir.headers": {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}}


async def test_a_body_in_parts_is_put_together() -> None:
    parts = (part(b"{", more=True), part(b"", more=True), part(b"}"))
    assert await read_body(scope(), told(*parts), 100) == b"{}"


@pytest.mark.parametrize(
    "parts",
    [
        [part(b"x" * 11)],
        [part(b"x" * 6, more=True), part(b"x" * 6, more=True)],
        [part(b"x" * 6, more=True), part(b"x" * 6)],
    ],
)
async def test_a_body_over_the_limit_is_refused_as_soon_as_that_is_sure(parts: Iterable[Message]) -> None:
    with pytest.raises(TooLarge):
        await read_body(scope(), told(*parts), 10)


async def test_a_length_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        await read_body(scope(content_length="11"), told(), 10)


async def test_a_body_of_just_the_limit_is_taken() -> None:
    assert await read_body(scope(content_length="10"), told(part(b"x" * 10)), 10) == b"x" * 10


@pytest.mark.parametrize(
    "messages", [[{"type": "http.disconnect"}], [part(b"{", more=True), {"type": "http.disconnect"}]]
)
async def test_a_caller_who_leaves_is_not_answered(messages: list[Message]) -> None:
    with pytest.raises(CallerLeft):
        await read_body(scope(), told(*messages), 10)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.x+json", "text/plain", ""])
async def test_a_type_that_may_be_json_is_taken(kind: str) -> None:
    assert await read_body(scope(content_type=kind), told(part(b"{}")), 10) == b"{}"


@pytest.mark.parametrize(
    "headers",
    [
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "Application/X-WWW-Form-Urlencoded"},
        {"content_encoding": "gzip"},
    ],
)
async def test_a_type_that_cannot_be_json_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        await read_body(scope(**headers), told(part(b"{}")), 10)
    assert caught.value.reply.status == 415


async def test_an_uncompressed_body_may_say_so() -> None:
    assert await read_body(scope(content_encoding="identity"), told(part(b"{}")), 10) == b"{}"


async def test_what_still_comes_is_thrown_away_to_its_end() -> None:
    rest = [part(b"x", more=True), part(b"x", more=True), part(b"x")]
    await discard_body(told(*rest))


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "not valid JSON"),
        (b"{", "not valid JSON"),
        (b'{"a":NaN}', "not valid JSON"),
        (b'{"a":"\\ud800"}', "not valid JSON"),
        (b"\xef\xbb\xbf{}", "not valid JSON"),
        (b'{"a":1e999}', "not valid JSON"),
        (b'{"a":"\xff"}', "not valid UTF-8"),
        (b'{"a":"\xed\xa0\x80"}', "not valid UTF-8"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b'"text"', "must be a JSON object"),
        (b"[" * 100_000, "deeper than 5"),
        (b'{"a":' * 6 + b"1" + b"}" * 6, "deeper than 5"),
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        read_object(body, 5)


def test_depth_up_to_the_limit_is_taken() -> None:
    assert read_object(b'{"a":' * 5 + b"1" + b"}" * 5, 5) == {"a": {"a": {"a": {"a": {"a": 1}}}}}


async def test_a_caller_who_never_ends_is_not_listened_to_for_ever() -> None:
    await discard_body(asyncio.Event().wait, patience=0.01)  # type: ignore[arg-type] # never gives a message
