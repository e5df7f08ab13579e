"""The outermost layer: refuses what no provider could answer, and names the fields. It knows shapes, not models."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from gateway_core.chat.call import Call
from gateway_core.chat.protocol import Chat, ChatEvents
from gateway_core.errors import FieldViolation, InvalidRequest
from weir.v1.chat_message_pb2 import ROLE_TOOL, ROLE_UNSPECIFIED, Role
from weir.v1.chat_request_pb2 import ChatRequest

MAX_MODEL_LENGTH = 256
KNOWN_ROLES = frozenset(Role.values())
Ranged: TypeAlias = Literal[
    "temperature",
    "top_p",
    "n",
    "frequency_penalty",
    "presence_penalty",
    "top_logprobs",
    "max_tokens",
    "max_completion_tokens",
]
RANGES: dict[Ranged, tuple[int, int]] = {
    "temperature": (0, 2),
    "top_p": (0, 1),
    "n": (1, 128),
    "frequency_penalty": (-2, 2),
    "presence_penalty": (-2, 2),
    "top_logprobs": (0, 20),
    "max_tokens": (0, 2**31 - 1),
    "max_completion_tokens": (0, 2**31 - 1),
}


class ValidatedChat:
    """Lets valid requests through to the layer below."""

    def __init__(self, inner: Chat) -> None:
        """Takes the layer below."""
        self._inner = inner

    def chat(self, call: Call, request: ChatRequest, /) -> ChatEvents:
        """Raises InvalidRequest with every violation at once, or passes on."""
        violations = tuple(violations_of(request, streamed=call.streamed))
        if violations:
            sentence = "; ".join(f"{violation.field}: {violation.description}" for violation in violations[:5])
            raise InvalidRequest(sentence, violations=violations)
        return self._inner.chat(call, request)


def violations_of(request: ChatRequest, *, streamed: bool) -> Iterator[FieldViolation]:
    """Finds what is wrong with a request, field by field."""
    if not request.model:
        yield FieldViolation("chat.model", "is required")
    elif len(request.model) > MAX_MODEL_LENGTH:
        yield FieldViolation("chat.model", f"is longer than {MAX_MODEL_LENGTH} characters")
    if not request.messages:
        yield FieldViolation("chat.messages", "needs at least one message")
    yield from _message_violations(request)
    yield from _range_violations(request)
    if request.HasField("stream_options") and not streamed:
        yield FieldViolation("chat.stream_options", "is only for streams")


def _message_violations(request: ChatRequest) -> Iterator[FieldViolation]:
    for index, message in enumerate(request.messages):
        if message.role not in KNOWN_ROLES:
            yield FieldViolation(f"chat.messages[{index}].role", "is none of the roles there are")
        elif message.role == ROLE_UNSPECIFIED and not message.extra_json:
            yield FieldViolation(f"chat.messages[{index}].role", "is required")
        elif message.role == ROLE_TOOL and not message.HasField("tool_call_id"):
            yield FieldViolation(f"chat.messages[{index}].tool_call_id", "is required for role tool")


def _range_violations(request: ChatRequest) -> Iterator[FieldViolation]:
    for name, (low, high) in RANGES.items():
        if request.HasField(name) and not low <= getattr(request, name) <= high:
            yield FieldViolation(f"chat.{name}", f"must be between {low} and {high}")
