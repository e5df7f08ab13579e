"""A channel of grpc_testing with a Remote on it: a test sees each call of a command before it is answered."""

import io
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Generic, TypeVar, cast

import grpc
import grpc_testing
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from gateway_cli.remote.connection import Remote
from gateway_cli.remote.destination import Destination
from gateway_cli.remote.output import Format, Output
from gateway_core.records.secret import Secret
from tests.fakes.answering_admin import DETAILS, Refusal

ADDRESS = "weir:50052"
TOKEN = "wadm_made_up_for_tests"
TIMEOUT = 7.0
SOON = 5.0
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Sent(Generic[M]):
    """A call as it was made. It may take `timeout` seconds; `None` is for ever."""

    request: M
    metadata: dict[str, object]
    timeout: float | None


class Deadlines:
    """Keeps what grpc_testing throws away: how long each call may take."""

    def __init__(self, channel: Any) -> None:  # noqa: ANN401 # grpc_testing has no types
        """Takes the channel that calls go on to."""
        self._channel = channel
        self.noted: SimpleQueue[float | None] = SimpleQueue()

    def unary_unary(self, *described: object, **further: object) -> Callable[..., object]:
        """Gives what makes calls."""
        return self._noting(self._channel.unary_unary(*described, **further))

    def unary_stream(self, *described: object, **further: object) -> Callable[..., object]:
        """Gives what makes calls whose replies come until one side has enough."""
        return self._noting(self._channel.unary_stream(*described, **further))

    def _noting(self, call: Callable[..., object]) -> Callable[..., object]:
        def noted(request: Message, *, timeout: float | None = None, **further: object) -> object:
            self.noted.put(timeout)
            return call(request, timeout=timeout, **further)

        return noted


class ObservedChannel:
    """Runs commands over the channel, and answers what they ask."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        """Takes where commands run, since each waits for its answers."""
        self._threads = threads
        self._written = io.StringIO()
        self._channel: Any = grpc_testing.channel((), grpc_testing.strict_real_time())
        self._deadlines = Deadlines(self._channel)
        output = Output(Format.TABLE, self._written, styled=False)
        channel = cast("grpc.Channel", self._deadlines)
        self.remote = Remote(channel, Destination(ADDRESS, ADDRESS, Secret(TOKEN)), TIMEOUT, output)

    def run(self, command: Callable[[], object]) -> Future[object]:
        """Begins a command."""
        return self._threads.submit(command)

    def taken(self, method: MethodDescriptor, kind: type[M]) -> tuple[Sent[M], Any]:
        """Waits for a call, and gives it with what ends it. The command may change its message afterwards."""
        take = self._channel.take_unary_stream if method.server_streaming else self._channel.take_unary_unary
        metadata, request, call = take(method)
        kept = kind()
        kept.CopyFrom(request)
        return Sent(kept, dict(metadata), self._deadlines.noted.get(timeout=SOON)), call

    def answered(self, method: MethodDescriptor, kind: type[M], reply: Message) -> Sent[M]:
        """Waits for a call and answers it."""
        sent, call = self.taken(method, kind)
        call.terminate(reply, (), grpc.StatusCode.OK, "")
        return sent

    def refused(self, method: MethodDescriptor, kind: type[M], refusal: Refusal) -> Sent[M]:
        """Waits for a call and lets it fail."""
        sent, call = self.taken(method, kind)
        details = ((DETAILS, refusal.packed()),) if refusal.reason else ()
        call.terminate(None, details, refusal.code, refusal.sentence)
        return sent

    def shown(self, command: Future[object]) -> str:
        """Waits for a command, and gives what it has written."""
        command.result(SOON)
        return self._written.getvalue()


@contextmanager
def observed_channel() -> Iterator[ObservedChannel]:
    """Opens one while inside."""
    with ThreadPoolExecutor(1) as threads:
        yield ObservedChannel(threads)
