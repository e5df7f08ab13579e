"""A core put together by the real wiring, with a temporary store and the simulator."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from prometheus_client import CollectorRegistry

from gateway_core.clock import Clock
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.settings import CoreSettings
from gateway_core.storage.store import Store
from gateway_core.wiring import Core, CoreParts, open_core
from openai_json.codec import OpenAiJson
from tests.fakes.temporary_store import NoStore, temporary_store

KEY = "test-key-of-the-bootstrap"
AUTHORIZED = (("authorization", f"Bearer {KEY}"),)
PRICE = Price(input=150_000, output=600_000)


def core_settings(**changes: object) -> CoreSettings:
    """Makes settings with the simulator as `weir-demo`; keyword arguments replace fields."""
    settings = CoreSettings(
        providers={"simulator": Provider("simulator", "simulator", "", (Credential("none", Secret("")),))},
        models={"weir-demo": Model("weir-demo", (Target("simulator", "weir-demo", price=PRICE),))},
        data_dir=Path("unused"),
        grpc_listen=None,
        bootstrap_api_key=Secret(KEY),
        bootstrap_admin_token=Secret("test-admin-token"),
        drain=1.0,
    )
    return replace(settings, **changes)  # type: ignore[arg-type] # field names checked by replace


class KeptLines:
    """An access log that keeps its lines."""

    def __init__(self) -> None:
        """Starts empty."""
        self.lines: list[dict[str, object]] = []

    def write(self, event: str, facts: Mapping[str, object], /) -> None:
        """Keeps one line."""
        self.lines.append({"event": event, **facts})


def core_parts(
    store: Store | None = None, metrics: CollectorRegistry | None = None, lines: KeptLines | None = None
) -> CoreParts:
    """Makes what a core is handed from outside."""
    return CoreParts(
        store=store or NoStore(),
        json=OpenAiJson(),
        metrics=metrics or CollectorRegistry(),
        access_lines=lines or KeptLines(),
        clock=Clock(),
        version="0.0.0",
    )


@asynccontextmanager
async def running_core(
    metrics: CollectorRegistry | None = None, lines: KeptLines | None = None, **changes: object
) -> AsyncIterator[Core]:
    """Runs a core while inside; keyword arguments replace settings."""
    async with temporary_store() as (store, folder):
        settings = core_settings(**{"data_dir": folder, **changes})
        async with open_core(settings, core_parts(store, metrics, lines)) as core:
            yield core
