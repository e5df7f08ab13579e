"""Writes one line for every rpc when it ends: what, who, how it went, how long. Never what was said."""

from collections.abc import Mapping
from types import TracebackType
from typing import Protocol

from gateway_core.clock import Clock
from gateway_core.interceptors.around import Around, Context
from gateway_core.interceptors.call_identity import CALLER, REQUEST_ID, TRACE_ID
from gateway_core.interceptors.outcome import outcome_of

QUIET = ("/grpc.health.v1.", "/grpc.reflection.")


class AccessLines(Protocol):
    """Where the lines go."""

    def write(self, event: str, facts: Mapping[str, object], /) -> None:
        """Writes one line about something that happened just now."""
        ...


class AccessLog(Around):
    """Logs each rpc, but for health checks and reflection, which the metrics count."""

    def __init__(self, lines: AccessLines, clock: Clock) -> None:
        """Takes where to log."""
        super().__init__()
        self._lines = lines
        self._clock = clock

    def around(self, method: str, context: Context) -> "LoggedRpc":
        """Logs one rpc."""
        return LoggedRpc(None if method.startswith(QUIET) else self._lines, self._clock, method, context)


class LoggedRpc:
    """One rpc and the moment it began."""

    __slots__ = ("_clock", "_context", "_lines", "_method", "_started")

    def __init__(self, lines: AccessLines | None, clock: Clock, method: str, context: Context) -> None:
        """Takes the rpc to log."""
        self._lines = lines
        self._clock = clock
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
        caller = CALLER.get()
        facts: dict[str, object] = {
            "request_id": REQUEST_ID.get(),
            "method": self._method,
            "code": outcome_of(self._context, error).name,
            "duration_ms": round((self._clock.monotonic() - self._started) * 1000, 3),
        }
        if caller is not None:
            facts["key_id"] = caller.id
        if trace_id := TRACE_ID.get():
            facts["trace_id"] = trace_id
        self._lines.write("rpc", facts)
