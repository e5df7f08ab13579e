"""The whole configuration at one moment. A change makes a new one, and a call keeps the one it began with."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway_core.records.gateway_settings import STALENESS_BOUND
from gateway_core.records.model import Model
from gateway_core.records.provider import Provider


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Providers and models by name. `created` is in Unix seconds.

    `staleness_bound` says for how many seconds the configuration may be used without hearing that it still holds.
    """

    version: str
    created: int
    providers: Mapping[str, Provider]
    models: Mapping[str, Model]
    staleness_bound: float = STALENESS_BOUND
