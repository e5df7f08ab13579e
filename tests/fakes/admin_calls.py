"""What tests of services ask for again and again: how a call was refused, an id for a request, a moment to come."""

import time
import uuid
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_core.clock import Clock
from tests.fakes.rich_status import RichStatus, rich_status

NANOSECONDS = 1_000_000_000


async def refused(call: Awaitable[object]) -> RichStatus:
    """Gives the failure of a call, which must fail."""
    with pytest.raises(grpc.aio.AioRpcError) as failure:
        await call
    return rich_status(failure.value)


def new_request() -> str:
    """Gives an id that no request had."""
    return str(uuid.uuid4())


def ahead(**parts: float) -> Timestamp:
    """Gives a moment that lies so far ahead, or behind: `ahead(hours=1)`."""
    written = Timestamp()
    written.FromDatetime(datetime.now(UTC) + timedelta(**parts))
    return written


class MovableTime:
    """Shows the real time, and any time later."""

    def __init__(self) -> None:
        """Starts in the present."""
        self._ahead = timedelta()

    def clock(self) -> Clock:
        """Gives the clock that shows this time."""
        return Clock(wall=lambda: time.time_ns() + int(self._ahead.total_seconds() * NANOSECONDS))

    def move(self, **parts: float) -> None:
        """Lets time pass: `move(hours=1)`."""
        self._ahead += timedelta(**parts)
