"""A core put together by the real wiring, with an in-memory store and the simulator."""

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
from gateway_core.storage.memory import MemoryKeyStore
from gateway_core.wiring import Core, CoreParts, open_core
from openai_json.codec import OpenAiJson

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


def core_parts(metrics: CollectorRegistry | None = None, lines: KeptLines | None = None) -> CoreParts:
    """Makes what a core is handed from outside."""
    return CoreParts(
        store=MemoryKeyStore(pepper=b"p" * 32),
        json=OpenAiJson(),
        metrics=metrics or CollectorRegistry(),
        access_lines=lines or KeptLines(),
        clock=Clock(),
        version="0.0.0",
    )


@asynccontextmanager
async def running_core(**changes: object) -> AsyncIterator[Core]:
    """Runs a core while inside."""
    async with open_core(core_settings(**changes), core_parts()) as core:
        yield core
