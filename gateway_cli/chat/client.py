"""Asks a gateway over REST and hands on the answer piece by piece. It neither prints nor ends the process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from gateway_cli.chat.event_reader import EventReader, EventTooLong
from gateway_cli.chat.messages import Question, Reply, Usage, read_reply, write_question

PATH = "/v1/chat/completions"
STREAM = "text/event-stream"
DONE = "[DONE]"
UNAUTHORIZED = 401
OK = 200
PATIENCE = aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=660)

UNREADABLE = "the answer cannot be read: is this a gateway?"
INCOMPLETE = "the answer is incomplete: the stream ended before its end mark"
KEY_WANTED = "the gateway does not accept the key: give one with --key or WEIR_API_KEY"


class ChatFailed(Exception):
    """There is no answer, or not all of it. It carries the sentence for the user."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What is known of an answer once it is complete."""

    model: str = ""
    usage: Usage | None = None
    finish_reason: str | None = None

    def with_reply(self, reply: Reply) -> "Summary":
        """Adds what a reply or a chunk says."""
        return Summary(
            model=reply.model or self.model,
            usage=reply.usage or self.usage,
            finish_reason=reply.finish_reason or self.finish_reason,
        )


async def ask(
    question: Question, show: Callable[[str, Reply], None], patience: aiohttp.ClientTimeout = PATIENCE
) -> Summary:
    """Asks, and hands each piece to `show`, as it came and as it was read. Raises ChatFailed."""
    try:
        async with _answer(question, patience) as response:
            if response.status != OK:
                raise ChatFailed(_refusal(response.status, await response.read()))
            if response.content_type == STREAM:
                return await _read_stream(response, show)
            return _read_whole(await response.read(), show)
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise ChatFailed(f"{question.url} is no address of a gateway") from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise ChatFailed(f"no gateway answers at {question.url}; start one with `weir up`") from error
    except TimeoutError as error:
        raise ChatFailed("the gateway is silent for too long") from error
    except (aiohttp.ClientError, ConnectionError) as error:
        raise ChatFailed(INCOMPLETE) from error


@asynccontextmanager
async def _answer(question: Question, patience: aiohttp.ClientTimeout) -> AsyncIterator[aiohttp.ClientResponse]:
    address = question.url.rstrip("/").removesuffix("/v1") + PATH
    headers = {"content-type": "application/json"}
    if question.key:
        headers["authorization"] = f"Bearer {question.key}"
    async with (
        aiohttp.ClientSession(timeout=patience) as session,
        session.post(address, data=write_question(question), headers=headers) as response,
    ):
        yield response


async def _read_stream(response: aiohttp.ClientResponse, show: Callable[[str, Reply], None]) -> Summary:
    reader, summary = EventReader(), Summary()
    async for data in response.content.iter_any():
        for event in _events(reader, data):
            if event == DONE:
                return summary
            reply = _read(event)
            summary = summary.with_reply(reply)
            show(event, reply)
    raise ChatFailed(INCOMPLETE)


def _events(reader: EventReader, data: bytes) -> list[str]:
    try:
        return [event for event in reader.feed(data) if event]
    except EventTooLong as error:
        raise ChatFailed(UNREADABLE) from error


def _read_whole(body: bytes, show: Callable[[str, Reply], None]) -> Summary:
    reply = _read(body)
    if not reply.choices:
        raise ChatFailed(UNREADABLE)
    show(body.decode(), reply)
    return Summary().with_reply(reply)


def _read(text: str | bytes) -> Reply:
    reply = read_reply(text)
    if reply is None:
        raise ChatFailed(UNREADABLE)
    if reply.error is not None:
        raise ChatFailed(reply.error.message or "the gateway reports an error without a message")
    return reply


def _refusal(status: int, body: bytes) -> str:
    reply = read_reply(body)
    message = reply.error.message if reply and reply.error else ""
    if status == UNAUTHORIZED:
        return f"{KEY_WANTED} ({message})" if message else KEY_WANTED
    return message or f"the gateway answers with status {status}"
