"""One call as both ends see it: what was sent, and how it ended. Holds neither the caller's object nor the handler's.

It ends in one of three ways: the handler's end finishes it (what was written before is still read), it is broken off
(the same, and the handler is cancelled), or it is cut (what was not read yet is lost, and the handler is cancelled).
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from weakref import WeakMethod

import grpc

from gateway_core.inprocess.limit import refusal
from gateway_core.inprocess.metadata import Metadatum
from gateway_core.inprocess.outcome import Outcome, raise_failure
from gateway_core.inprocess.pipe import Pipe

Request = TypeVar("Request")
Response = TypeVar("Response")


@dataclass(frozen=True, slots=True)
class Method:
    """Names a method and says which of its ends stream."""

    name: str
    streams_requests: bool
    streams_replies: bool


class Exchange(Generic[Request, Response]):
    """The state of one call.

    `requests` and `replies` exist where the method streams, `request` and `reply` where it does not. `status` is the
    end as the caller sees it; `over` is true from the moment on which the handler's end can do nothing any more.
    """

    __slots__ = (
        "_anchor",
        "_final",
        "_open",
        "_timer",
        "_waiters",
        "_watcher",
        "deadline",
        "half_closed",
        "initial",
        "loop",
        "maximum",
        "metadata",
        "method",
        "over",
        "replies",
        "reply",
        "request",
        "requests",
        "sender",
        "status",
        "task",
    )

    request: Request
    reply: Response
    requests: Pipe[Request]
    replies: Pipe[Response]

    def __init__(
        self, method: Method, metadata: tuple[Metadatum, ...], opened: "set[Exchange[Request, Response]]"
    ) -> None:
        """Takes the set in which the channel keeps the calls that have not ended."""
        self.loop = loop = asyncio.get_running_loop()
        self.method = method
        self.metadata = metadata
        self.maximum: int | None = None
        self.deadline: float | None = None
        self.initial: tuple[Metadatum, ...] | None = None
        self.status: Outcome | None = None
        self.over = False
        self.half_closed = False
        self.task: asyncio.Task[None] | None = None
        self.sender: asyncio.Task[None] | None = None
        if method.streams_requests:
            self.requests = Pipe(loop)
        if method.streams_replies:
            self.replies = Pipe(loop)
        self._final: Outcome | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watcher: WeakMethod[Callable[[], None]] | None = None
        self._anchor: Callable[[], None] | None = None
        self._waiters: list[asyncio.Future[None]] = []
        self._open = opened
        opened.add(self)

    # What both ends ask.

    def time_remaining(self) -> float | None:
        """Tells how many seconds are left until the deadline."""
        return None if self.deadline is None else max(0.0, self.deadline - self.loop.time())

    # What the caller's end does.

    def expire_after(self, timeout: float) -> None:
        """Sets the deadline."""
        self.deadline = self.loop.time() + timeout
        if timeout <= 0:
            self._expire()
        else:
            self._timer = self.loop.call_at(self.deadline, self._expire)

    def watch(self, watcher: Callable[[], None], *, hold: bool) -> None:
        """Has a method of the caller's object called at the end, if that object still exists; `hold` sees to that."""
        self._watcher = WeakMethod(watcher)
        self._anchor = watcher if hold else None

    def change(self) -> asyncio.Future[None]:
        """Is done when initial metadata or the end has come."""
        waiter = self.loop.create_future()
        self._waiters.append(waiter)
        return waiter

    async def settled(self) -> Outcome:
        """Waits for the end and tells it."""
        while self.status is None:
            await self.change()
        return self.status

    async def send(self, request: Request) -> None:
        """Sends one of several requests when there is room for it."""
        while not (self.over or self.requests.has_room()):
            await self.requests.room()
        if self.status is not None and self.status.code is not grpc.StatusCode.OK:
            raise_failure(self.status, self.initial or ())
        if self.over:
            return
        refused = refusal("SERVER", request, self.maximum)
        if refused is None:
            self.requests.push(request)
        else:
            self.break_off(refused)

    def half_close(self) -> None:
        """Says that no request follows."""
        self.half_closed = True
        self.requests.wake()

    async def next_reply(self) -> Response | object:
        """Waits for the next of several replies; gives EOF at the end, whichever it is."""
        while not self.replies.messages:
            if self.status is not None:
                return grpc.aio.EOF
            await self.replies.arrival()
        return self.take()

    def take(self) -> Response:
        """Takes the next reply, which is there."""
        reply = self.replies.pop()
        if self._final is not None and not self.replies.messages:
            self.settle(self._final)
        return reply

    def cancel(self, details: str) -> bool:
        """Ends the call for the caller's own reasons, who then needs no telling. Says whether there was one to end."""
        self._watcher = None
        return self.abandon(details)

    def abandon(self, details: str) -> bool:
        """Ends the call for the caller's side, without the caller."""
        if self.status is not None:
            return False
        self.cut(Outcome(grpc.StatusCode.CANCELLED, details, local=True))
        return True

    # What the handler's end does.

    async def receive(self) -> Request | object:
        """Waits for the next of several requests; gives EOF after the last."""
        if not self.method.streams_requests:
            return grpc.aio.EOF
        while not self.requests.messages:
            if self.half_closed or self.over:
                return grpc.aio.EOF
            await self.requests.arrival()
        return self.requests.pop()

    def send_initial(self, metadata: tuple[Metadatum, ...]) -> None:
        """Lets the caller see the initial metadata."""
        self.initial = metadata
        self._wake()

    def finish(self, outcome: Outcome) -> None:
        """Ends the call; the caller sees the end after the replies."""
        if self.over:
            return
        self.over = True
        if self.method.streams_replies and self.replies.messages:
            self._final = outcome
            if self.method.streams_requests:
                self.requests.wake()
        else:
            self.settle(outcome)

    def break_off(self, outcome: Outcome) -> None:
        """Ends the call in place of the handler, which is cancelled."""
        self.finish(outcome)
        if self.task is not None:
            self.task.cancel()

    # How it ends.

    def cut(self, outcome: Outcome) -> None:
        """Ends the call at once, whatever is on the way."""
        running = not self.over
        if self.method.streams_replies:
            self.replies.messages.clear()
        self.settle(outcome)
        if running and self.task is not None:
            self.task.cancel()

    def settle(self, outcome: Outcome) -> None:
        """Makes the end visible to the caller: callbacks first, then whoever waits."""
        self.status = outcome
        self.over = True
        if self.initial is None:
            self.initial = ()
        self._open.discard(self)
        notify = None if self._watcher is None else self._watcher()
        if notify is not None:
            self.loop.call_soon(notify)
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._anchor = None
        if self.method.streams_requests:
            self.requests.wake()
            if self.sender is not None:
                self.sender.cancel()
        if self.method.streams_replies:
            self.replies.wake()
        self._wake()

    def _expire(self) -> None:
        self.cut(Outcome(grpc.StatusCode.DEADLINE_EXCEEDED, "Deadline Exceeded"))

    def _wake(self) -> None:
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()
