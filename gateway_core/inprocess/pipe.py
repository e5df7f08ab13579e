"""A bounded pipe for messages in one direction: one writer, one reader, one event loop. Knows nothing of calls."""

import asyncio
from collections import deque
from typing import Generic, TypeVar

import grpc

RUN_AHEAD = 8
"""Bounds how many messages the writer may be ahead of the reader."""

Message = TypeVar("Message")


class Pipe(Generic[Message]):
    """Holds the messages that are written and not yet read.

    A deque and two futures: a message that meets a waiting reader costs a third of what asyncio.Queue takes.
    Both ends ask (`messages`, `has_room`) before they act, and ask again after each wait.
    """

    __slots__ = ("_loop", "_reader", "_writer", "messages")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
        self.messages: deque[Message] = deque()

    def has_room(self) -> bool:
        """Tells whether the writer may write."""
        return len(self.messages) < RUN_AHEAD

    def push(self, message: Message) -> None:
        """Takes a message and wakes the reader."""
        self.messages.append(message)
        reader = self._reader
        if reader is not None and not reader.done():
            reader.set_result(None)

    def pop(self) -> Message:
        """Gives the oldest message and wakes the writer."""
        writer = self._writer
        if writer is not None and not writer.done():
            writer.set_result(None)
        return self.messages.popleft()

    def arrival(self) -> asyncio.Future[None]:
        """Is done when the reader should look again."""
        self._reader = self._waiter(self._reader)
        return self._reader

    def room(self) -> asyncio.Future[None]:
        """Is done when the writer should look again."""
        self._writer = self._waiter(self._writer)
        return self._writer

    def wake(self) -> None:
        """Makes both ends look again, because the call has come to an end."""
        for waiter in (self._reader, self._writer):
            if waiter is not None and not waiter.done():
                waiter.set_result(None)

    def _waiter(self, current: asyncio.Future[None] | None) -> asyncio.Future[None]:
        if current is not None and not current.done():
            raise grpc.aio.InternalError("Another read or write of the same stream is under way.")
        return self._loop.create_future()
