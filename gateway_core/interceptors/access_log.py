"""Writes one line for every rpc when it ends: what, who, how it went, how long. Never what was said."""

from collections.abc import Callable, Mapping
from types import MappingProxyType, TracebackType
from typing import Final, Protocol, TypeAlias

from gateway_core.clock import Clock
from gateway_core.interceptors.around import Around, Context
from gateway_core.interceptors.call_identity import CALLER, REQUEST_ID, TRACE_ID
from gateway_core.interceptors.outcome import outcome_of

Who: TypeAlias = Callable[[], Mapping[str, str]]

NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
QUIET = ("/grpc.health.v1.", "/grpc.reflection.")


class AccessLines(Protocol):
    """Where the lines go."""

    def write(self, event: str, facts: Mapping[str, object], /) -> None:
        """Writes one line about something that happened just now."""
        ...


def caller_facts() -> Mapping[str, str]:
    """Says with which API key the rpc of this context was made."""
    caller = CALLER.get()
    return NOBODY if caller is None else {"key_id": caller.id}


class AccessLog(Around):
    """Logs each rpc, but for health checks and reflection, which the metrics count."""

    def __init__(self, lines: AccessLines, clock: Clock, who: Who = caller_facts) -> None:
        """Takes where to log, and who tells the caller in the rpc's context."""
        super().__init__()
        self._lines = lines
        self._clock = clock
        self._who = who

    def around(self, method: str, context: Context) -> "LoggedRpc":
        """Logs one rpc."""
        return LoggedRpc(None if method.startswith(QUIET) else self._lines, self._clock, self._who, method, context)


class LoggedRpc:
    """One rpc and the moment it began."""

    __slots__ = ("_clock", "_context", "_lines", "_method", "_started", "_who")

    def __init__(self, lines: AccessLines | None, clock: Clock, who: Who, method: str, context: Context) -> None:
        """Takes the rpc to log."""
        self._lines = lines
        self._clock = clock
        self._who = who
        self._method = method
        self._context = context
        self._started = 0.0

    async def __aenter__(self) -> None:
        """Starts the watch."""
        self._started = self._clock.monotonic()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Writes the line."""
        if self._lines is None:
            return
        facts: dict[str, object] = {
            "request_id": REQUEST_ID.get(),
            "method": self._method,
            "code": outcome_of(self._context, error).name,
            "duration_ms": round((self._clock.monotonic() - self._started) * 1000, 3),
        }
        facts.update(self._who())
        if trace_id := TRACE_ID.get():
            facts["trace_id"] = trace_id
        self._lines.write("rpc", facts)
