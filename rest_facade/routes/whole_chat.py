"""Answers a chat with one JSON reply, and tells in its headers how it came about."""

import asyncio
from time import perf_counter

from starlette.types import Scope, Send

from openai_json.codec import OpenAiJson
from rest_facade.call_terms import CallTerms
from rest_facade.departure import Departure, task_is_ending
from rest_facade.error_body import Refusal, reply_for
from rest_facade.gateway_client import GatewayClient
from rest_facade.json_reply import send_json
from rest_facade.json_text import json_bytes
from rest_facade.reply_headers import core_overhead, summary_headers
from rest_facade.routes.chat import ARRIVED
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionResponse


class WholeChat:
    """Waits for the whole reply, and for the caller's leaving, whichever comes first."""

    def __init__(self, client: GatewayClient, codec: OpenAiJson) -> None:
        """Takes the way to the core and the translator."""
        self._client = client
        self._codec = codec

    async def answer(self, chat: ChatRequest, terms: CallTerms, scope: Scope, send: Send) -> None:
        """Sends the reply. Failures of the call leave as AioRpcError."""
        called = perf_counter()
        response = await self._ask(chat, terms, scope)
        if response is None:
            return
        waited = perf_counter() - called
        body = json_bytes(self._codec.write_completion(response.completion))
        headers = summary_headers(response.summary)
        spent = perf_counter() - scope[ARRIVED]
        overhead = max(0.0, core_overhead(response.summary)) + spent - waited
        headers.append((b"openai-processing-ms", b"%d" % (spent * 1000)))
        headers.append((b"x-weir-overhead-ms", b"%.3f" % (overhead * 1000)))
        await send_json(send, 200, body, headers)

    async def _ask(self, chat: ChatRequest, terms: CallTerms, scope: Scope) -> CreateChatCompletionResponse | None:
        """Gives the core's answer, or None if there is nobody left to hear it."""
        call = self._client.create_chat(chat, terms)
        departure = Departure(scope, call.cancel)
        try:
            return await call
        except asyncio.CancelledError as error:
            if task_is_ending():
                raise
            if departure.left:
                return None
            raise Refusal(reply_for("DRAINING", "the gateway is shutting down")) from error
        finally:
            departure.end()
            call.cancel()
