"""GatewayService: tells how the gateway is, from what the process knows anyway. It asks no database."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from admin.process_facts import Listening, Mode, ProcessFacts, StoreKind
from admin.watching.hub import Hub
from admin.watching.store_state import State, StoreState
from admin.watching.watch import Watch
from gateway_core.clock import Clock
from gateway_core.interceptors.around import Context
from weir.admin.v1 import gateway_pb2 as records
from weir.admin.v1 import gateway_service_pb2 as messages
from weir.admin.v1.gateway_service_pb2_grpc import GatewayServiceServicer

SECOND: Final = 1_000_000_000
MODES: Final[Mapping[Mode, records.GatewayMode.ValueType]] = MappingProxyType(
    {
        "embedded": records.GATEWAY_MODE_EMBEDDED,
        "workers": records.GATEWAY_MODE_WORKERS,
        "distributed": records.GATEWAY_MODE_DISTRIBUTED,
    }
)
STORES: Final[Mapping[StoreKind, records.StoreKind.ValueType]] = MappingProxyType(
    {"sqlite": records.STORE_KIND_SQLITE, "postgresql": records.STORE_KIND_POSTGRESQL}
)
STATES: Final[Mapping[State, records.DependencyState.ValueType]] = MappingProxyType(
    {
        "healthy": records.DEPENDENCY_STATE_HEALTHY,
        "degraded": records.DEPENDENCY_STATE_DEGRADED,
        "down": records.DEPENDENCY_STATE_DOWN,
    }
)


class GatewayService(GatewayServiceServicer):
    """Describes the process, what it needs, and who watches."""

    def __init__(self, facts: ProcessFacts, hub: Hub, clock: Clock) -> None:
        """Takes what is known of the process, and who knows the rest."""
        self._facts = facts
        self._hub = hub
        self._clock = clock

    async def GetGateway(self, request: messages.GetGatewayRequest, context: Context) -> messages.GetGatewayResponse:
        """Describes the gateway."""
        del request, context
        facts, now = self._facts, self._clock.wall()
        gateway = records.Gateway(
            version=facts.version,
            mode=MODES[facts.mode],
            instance_id=facts.instance_id,
            configuration_version=self._hub.version,
            listeners=map(show_listener, facts.listeners()),
            store=records.Store(kind=STORES[facts.store_kind]),
            dependencies=[show_store(self._hub.store.describe())],
            watchers=map(show_watcher, self._hub.watches),
        )
        gateway.start_time.FromNanoseconds(facts.started)
        gateway.uptime.FromNanoseconds(max(0, now - facts.started))
        gateway.current_time.FromNanoseconds(now)
        return messages.GetGatewayResponse(gateway=gateway)


def show_listener(listening: Listening) -> records.Listener:
    """Describes a listener."""
    return records.Listener(
        name=listening.name, address=listening.address, tls=listening.tls, mutual_tls=listening.mutual_tls
    )


def show_store(store: StoreState) -> records.Dependency:
    """Describes the database."""
    shown = records.Dependency(name="store", state=STATES[store.state], message=store.message)
    shown.check_time.FromNanoseconds(store.checked_at)
    shown.latency.FromNanoseconds(int(store.latency * SECOND))
    return shown


def show_watcher(watch: Watch) -> records.ConfigWatcher:
    """Describes a watcher."""
    shown = records.ConfigWatcher(watcher_id=watch.watcher_id, version=watch.version, address=watch.who.address)
    shown.connect_time.FromNanoseconds(watch.connected_at)
    return shown
