"""Shows Prometheus how current a core is, and how well its cache of keys works. It keeps no figures itself."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway_core.chat.configured import Current
from gateway_core.identity.freshness import Freshness
from gateway_core.identity.key_cache import KeyCache


class FollowingFigures(Collector):
    """Shows `weir_configuration_version`, `weir_configuration_age_seconds` and `weir_key_cache_*`."""

    def __init__(self, registry: CollectorRegistry, current: Current, freshness: Freshness, keys: KeyCache) -> None:
        """Shows the figures in the registry."""
        self._current = current
        self._freshness = freshness
        self._keys = keys
        registry.register(self)

    def collect(self) -> Iterator[Metric]:
        """Gives the families as they are now."""
        version = int(self._current.value.snapshot.version)
        yield GaugeMetricFamily("weir_configuration_version", "The configuration in force.", value=version)
        yield GaugeMetricFamily(
            "weir_configuration_age_seconds",
            "Time since the configuration was last confirmed to be in force.",
            value=self._freshness.age,
        )
        yield GaugeMetricFamily("weir_key_cache_entries", "API keys in memory.", value=len(self._keys))
        yield CounterMetricFamily("weir_key_cache_hits", "API keys found in memory.", value=self._keys.hits)
        yield CounterMetricFamily("weir_key_cache_misses", "API keys looked up in the store.", value=self._keys.misses)
