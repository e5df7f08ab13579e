"""Counts and times every rpc for Prometheus. Labels are the contract's methods and gRPC's codes: a bounded set."""

from types import TracebackType

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from gateway_core.clock import Clock
from gateway_core.interceptors.around import Around, Context
from gateway_core.interceptors.outcome import outcome_of

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600)


class Measured(Around):
    """Keeps `weir_requests_total`, `weir_request_duration_seconds` and `weir_inflight_requests`."""

    def __init__(self, registry: CollectorRegistry, clock: Clock) -> None:
        """Registers the metrics."""
        super().__init__()
        self._clock = clock
        self._requests = Counter("weir_requests", "Rpcs that ended.", ["method", "code"], registry=registry)
        self._duration = Histogram(
            "weir_request_duration_seconds",
            "Time from an rpc's arrival to its end.",
            ["method"],
            buckets=SECONDS,
            registry=registry,
        )
        self._inflight = Gauge("weir_inflight_requests", "Rpcs that run.", ["method"], registry=registry)
        self._by_method: dict[str, tuple[Gauge, Histogram]] = {}

    def around(self, method: str, context: Context) -> "MeasuredRpc":
        """Measures one rpc."""
        known = self._by_method.get(method)
        if known is None:
            known = (self._inflight.labels(method), self._duration.labels(method))
            self._by_method[method] = known
        return MeasuredRpc(self, method, context, *known)

    def moment(self) -> float:
        """Reads the clock."""
        return self._clock.monotonic()

    def count(self, method: str, code: str) -> None:
        """Counts an rpc that ended."""
        self._requests.labels(method, code).inc()


class MeasuredRpc:
    """One rpc and the moment it began."""

    __slots__ = ("_context", "_duration", "_inflight", "_measured", "_method", "_started")

    def __init__(self, measured: Measured, method: str, context: Context, inflight: Gauge, duration: Histogram) -> None:
        """Takes the rpc to measure and its children of the metrics."""
        self._measured = measured
        self._method = method
        self._context = context
        self._inflight = inflight
        self._duration = duration
        self._started = 0.0

    async def __aenter__(self) -> None:
        """Counts the rpc in."""
        self._inflight.inc()
        self._started = self._measured.moment()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Counts the rpc out."""
        self._inflight.dec()
        self._duration.observe(self._measured.moment() - self._started)
        self._measured.count(self._method, outcome_of(self._context, error).name)
