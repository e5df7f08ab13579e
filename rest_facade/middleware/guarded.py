"""The last resort: whatever leaves a route as an exception leaves here as an error reply, and no trace with it."""

import asyncio
import logging
from typing import Final

import grpc
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rest_facade.error_body import ErrorReply, Refusal, error_headers, internal_error, reply_for, write_error
from rest_facade.event_stream import EVENTS_TYPE, error_event
from rest_facade.failed_call import read_failure
from rest_facade.json_reply import CLOSE, send_error, send_json
from rest_facade.reply_head import REPLY
from rest_facade.reply_headers import Header
from rest_facade.request_body import CallerLeft, TooLarge, discard_body

EVENTS_HEADER: Final[Header] = (b"content-type", EVENTS_TYPE)


class GuardedApp:
    """Turns refusals, failed calls and faults into replies."""

    def __init__(self, app: ASGIApp, logger: logging.Logger) -> None:
        """Takes the layer below, and where faults are told."""
        self._app = app
        self._logger = logger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, one way or the other."""
        try:
            await self._app(scope, receive, send)
        except CallerLeft:
            return
        except TooLarge as refusal:
            await send_and_hang_up(receive, send, refusal.reply)
        except Refusal as refusal:
            await send_error(send, refusal.reply)
        except grpc.aio.AioRpcError as error:
            await send_error(send, read_failure(error))
        except asyncio.CancelledError:
            if scope[REPLY].start is None:
                await send_error(send, reply_for("DRAINING", "the gateway is shutting down"))
            raise
        except Exception:  # the one boundary: a fault reaches the caller as a reply, never as a trace
            request_id = scope["weir.request_id"]
            self._logger.exception("fault", extra={"request_id": request_id, "path": scope["path"]})
            await confess(send, scope[REPLY].start, internal_error(request_id))


async def confess(send: Send, start: Message | None, reply: ErrorReply) -> None:
    """Tells of a fault as far as that is still possible. A JSON reply that has begun is left broken."""
    if start is None:
        await send_error(send, reply)
    elif EVENTS_HEADER in start["headers"]:
        await send({"type": "http.response.body", "body": error_event(reply)})


async def send_and_hang_up(receive: Receive, send: Send, reply: ErrorReply) -> None:
    """Sends an error at once, throws away what the caller still sends, and closes the connection."""
    await send_json(send, reply.status, write_error(reply), [*error_headers(reply), CLOSE], more=True)
    await discard_body(receive)
    await send({"type": "http.response.body", "body": b""})
