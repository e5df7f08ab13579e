"""A fault becomes a reply with the request's id, is told in the log, and shows no trace to the caller."""

import asyncio
import logging

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rest_facade.client_address import ClientAddresses
from rest_facade.middleware.guarded import GuardedApp
from rest_facade.middleware.identified import IdentifiedApp, NotHttp
from rest_facade.request_ids import RequestIds

LOGGER = logging.getLogger("rest_facade.test")


def start_with(*headers: tuple[bytes, bytes]) -> Message:
    return {"type": "http.response.start", "status": 200, "headers": list(headers)}


def identified(app: ASGIApp) -> IdentifiedApp:
    return IdentifiedApp(app, ClientAddresses())


async def answers(app: ASGIApp) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: Scope = {"type": "http", "method": "GET", "path": "/x", "headers": [(b"x-request-id", b"mine")]}
    await identified(GuardedApp(app, LOGGER))(scope, receive, send)
    return sent


def failing(*sent: Message) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        for message in sent:
            await send(message)
        raise KeyError("a secret")

    return app


async def test_a_fault_before_the_reply_is_a_reply(caplog: pytest.LogCaptureFixture) -> None:
    start, body = await answers(failing())
    assert start["status"] == 500
    assert (b"x-request-id", b"mine") in start["headers"]
    assert b"mine" in body["body"]
    assert b"secret" not in body["body"]
    (record,) = caplog.records
    assert record.exc_info is not None
    assert record.__dict__["request_id"] == "mine"


async def test_a_fault_within_events_is_an_event_that_ends_them() -> None:
    start = start_with((b"content-type", b"text/event-stream; charset=utf-8"))
    begun = {"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True}
    *_, last = await answers(failing(start, begun))
    assert last["body"].startswith(b'data: {"error":')
    assert not last.get("more_body")


async def test_a_fault_within_another_reply_leaves_it_broken() -> None:
    sent = await answers(failing(start_with((b"content-length", b"9"))))
    assert len(sent) == 1


async def test_a_request_that_is_cut_off_before_its_reply_is_told_so() -> None:
    async def cut_off(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send
        raise asyncio.CancelledError

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": "GET", "path": "/x", "headers": []}
    with pytest.raises(asyncio.CancelledError):
        await identified(GuardedApp(cut_off, LOGGER))(scope, asyncio.Event().wait, send)  # type: ignore[arg-type] # never asked
    assert sent[0]["status"] == 503


async def test_what_is_not_http_is_refused() -> None:
    with pytest.raises(NotHttp, match="websocket"):
        await identified(failing())({"type": "websocket"}, asyncio.Event().wait, lambda _: asyncio.sleep(0))  # type: ignore[arg-type] # never asked


def test_ids_never_come_twice() -> None:
    ids = RequestIds()
    assert len({ids.new() for _ in range(1000)}) == 1000
