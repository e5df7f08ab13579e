"""Chat completions: reads the request and leaves the answer to the whole or to the streamed reply."""

from time import perf_counter
from typing import Final, Protocol

from starlette.types import Receive, Scope, Send

from openai_json.codec import OpenAiJson
from openai_json.problem import FieldProblem
from rest_facade.call_terms import CallTerms, read_terms
from rest_facade.error_body import invalid_request
from rest_facade.request_body import read_body, read_object
from rest_facade.settings import FacadeSettings
from weir.v1.chat_request_pb2 import ChatRequest

ARRIVED: Final = "weir.arrived"


class ChatAnswer(Protocol):
    """Sends the answer to a chat that was read."""

    async def answer(self, chat: ChatRequest, terms: CallTerms, scope: Scope, send: Send) -> None:
        """Calls the core and translates what it says. Whoever calls has read the whole body."""
        ...


class ChatEndpoint:
    """Answers `POST /v1/chat/completions`."""

    def __init__(self, codec: OpenAiJson, settings: FacadeSettings, whole: ChatAnswer, streamed: ChatAnswer) -> None:
        """Takes the two ways to answer."""
        self._codec = codec
        self._largest = settings.max_body_bytes
        self._deepest = settings.max_json_depth
        self._whole = whole
        self._streamed = streamed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        scope[ARRIVED] = perf_counter()
        terms = read_terms(scope)
        data = read_object(await read_body(scope, receive, self._largest), self._deepest)
        streamed = read_stream_flag(data)
        chat = self._read_chat(data)
        answer = self._streamed if streamed else self._whole
        await answer.answer(chat, terms, scope, send)

    def _read_chat(self, data: dict[str, object]) -> ChatRequest:
        if data.get("messages") == []:
            raise invalid_request("messages: at least one message is required", param="messages", code="empty_array")
        try:
            return self._codec.read_request(data)
        except FieldProblem as problem:
            raise invalid_request(str(problem), param=problem.path or None, code=problem.code) from problem


def read_stream_flag(data: dict[str, object]) -> bool:
    """Takes `stream` out of the request: it chooses the call and is no part of it."""
    streamed = data.pop("stream", None)
    if streamed is not None and not isinstance(streamed, bool):
        raise invalid_request("stream: expected a boolean", param="stream", code="invalid_type")
    if not streamed and data.get("stream_options") is not None:
        message = "stream_options is only allowed when stream is true"
        raise invalid_request(message, param="stream_options", code="invalid_value")
    return bool(streamed)
