"""Writes one line for every rpc when it ends: what, who, how it went, how long. Never what was said."""

import logging
from types import TracebackType

from gateway_core.clock import Clock
from gateway_core.interceptors.around import Around, Context
from gateway_core.interceptors.call_identity import CALLER, REQUEST_ID, TRACE_ID
from gateway_core.interceptors.outcome import outcome_of

QUIET = ("/grpc.health.v1.", "/grpc.reflection.")


class AccessLog(Around):
    """Logs each rpc at INFO; health checks and reflection at DEBUG."""

    def __init__(self, logger: logging.Logger, clock: Clock) -> None:
        """Takes where to log."""
        super().__init__()
        self._logger = logger
        self._clock = clock

    def around(self, method: str, context: Context) -> "LoggedRpc":
        """Logs one rpc."""
        level = logging.DEBUG if method.startswith(QUIET) else logging.INFO
        return LoggedRpc(self._logger, level, self._clock, method, context)


class LoggedRpc:
    """One rpc and the moment it began."""

    __slots__ = ("_clock", "_context", "_level", "_logger", "_method", "_started")

    def __init__(self, logger: logging.Logger, level: int, clock: Clock, method: str, context: Context) -> None:
        """Takes the rpc to log."""
        self._logger = logger
        self._level = level
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
        if not self._logger.isEnabledFor(self._level):
            return
        caller = CALLER.get()
        self._logger.log(
            self._level,
            "rpc",
            extra={
                "request_id": REQUEST_ID.get(),
                "trace_id": TRACE_ID.get(),
                "method": self._method,
                "code": outcome_of(self._context, error).name,
                "key_id": caller.id if caller else "",
                "duration_ms": round((self._clock.monotonic() - self._started) * 1000, 3),
            },
        )
