"""The largest message that may pass. Knows how to measure one and how to refuse it, not who sends it."""

from typing import Literal

import grpc
from google.protobuf.message import Message

from gateway_core.inprocess.outcome import Outcome


def refusal(end: Literal["CLIENT", "SERVER"], message: object, maximum: int | None) -> Outcome | None:
    """Gives the outcome of a call if the message is larger than what the receiving end takes, else nothing."""
    if maximum is None:
        return None
    size = _size(message)
    if size <= maximum:
        return None
    details = f"{end}: Received message larger than max ({size} vs. {maximum})"
    return Outcome(grpc.StatusCode.RESOURCE_EXHAUSTED, details)


def _size(message: object) -> int:
    if isinstance(message, Message):
        return message.ByteSize()
    return len(message) if isinstance(message, bytes) else 0
