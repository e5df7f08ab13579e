"""Counts and times every rpc for Prometheus. Labels are the contract's methods and gRPC's codes: a bounded set.

The figures are plain numbers of one event loop; only a scrape turns them into Prometheus' families.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from types import TracebackType

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway_core.clock import Clock
from gateway_core.interceptors.around import Around, Context
from gateway_core.interceptors.outcome import outcome_of

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600)
BOUNDS = (*(str(float(bound)) for bound in SECONDS), "+Inf")


@dataclass(slots=True)
class MethodFigures:
    """What is known of one method so far. `buckets` counts durations by the first bound they do not exceed."""

    method: str
    running: int = 0
    seconds: float = 0.0
    codes: Counter[str] = field(default_factory=Counter)
    buckets: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))

    def ended(self, seconds: float, code: str) -> None:
        """Counts an rpc that ended."""
        self.running -= 1
        self.seconds += seconds
        self.codes[code] += 1
        self.buckets[bisect_left(SECONDS, seconds)] += 1


class Measured(Around, Collector):
    """Keeps `weir_requests_total`, `weir_request_duration_seconds` and `weir_inflight_requests`.

    Another server of the same process keeps its own under another beginning than `weir`.
    """

    def __init__(self, registry: CollectorRegistry, clock: Clock, beginning: str = "weir") -> None:
        """Shows the figures in the registry."""
        super().__init__()
        self._beginning = beginning
        self._clock = clock
        self._figures: dict[str, MethodFigures] = {}
        registry.register(self)

    def around(self, method: str, context: Context) -> "MeasuredRpc":
        """Measures one rpc."""
        figures = self._figures.get(method)
        if figures is None:
            figures = self._figures[method] = MethodFigures(method)
        return MeasuredRpc(figures, self._clock, context)

    def collect(self) -> Iterator[Metric]:
        """Gives the families as they are now."""
        requests = CounterMetricFamily(f"{self._beginning}_requests", "Rpcs that ended.", labels=["method", "code"])
        running = GaugeMetricFamily(f"{self._beginning}_inflight_requests", "Rpcs that run.", labels=["method"])
        durations = HistogramMetricFamily(
            f"{self._beginning}_request_duration_seconds", "Time from an rpc's arrival to its end.", labels=["method"]
        )
        for figures in self._figures.values():
            labels = [figures.method]
            for code, count in figures.codes.items():
                requests.add_metric([*labels, code], count)
            running.add_metric(labels, figures.running)
            buckets = list(zip(BOUNDS, accumulate(figures.buckets), strict=True))
            durations.add_metric(labels, buckets=buckets, sum_value=figures.seconds)
        yield from (requests, running, durations)


class MeasuredRpc:
    """One rpc and the moment it began."""

    __slots__ = ("_clock", "_context", "_figures", "_started")

    def __init__(self, figures: MethodFigures, clock: Clock, context: Context) -> None:
        """Takes the rpc to measure and the figures of its method."""
        self._figures = figures
        self._clock = clock
        self._context = context
        self._started = 0.0

    async def __aenter__(self) -> None:
        """Counts the rpc in."""
        self._figures.running += 1
        self._started = self._clock.monotonic()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Counts the rpc out."""
        self._figures.ended(self._clock.monotonic() - self._started, outcome_of(self._context, error).name)
