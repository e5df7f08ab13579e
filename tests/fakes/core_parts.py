"""A core put together by the real wiring, with a temporary store and the simulator."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from prometheus_client import CollectorRegistry

from gateway_core.clock import Clock
from gateway_core.identity.bootstrap import bootstrap
from gateway_core.identity.peppers import Pepper, Peppers
from gateway_core.identity.vault import Vault, open_vault
from gateway_core.records.model import Model, Target
from gateway_core.records.price import Price
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.secrets_at_rest.master_key import MasterKey, MasterKeys
from gateway_core.settings import CoreSettings
from gateway_core.storage.store import Store
from gateway_core.wiring import Core, CoreParts, open_core
from openai_json.codec import OpenAiJson
from tests.fakes.seeded_store import seed
from tests.fakes.temporary_store import NoStore, temporary_store

KEY = "test-key-of-the-bootstrap"
AUTHORIZED = (("authorization", f"Bearer {KEY}"),)
PEPPER = Pepper(b"p" * 32)
VAULT = Vault(MasterKeys(MasterKey(b"m" * 32)), Peppers(PEPPER, (PEPPER,)))
PRICE = Price(input=150_000, output=600_000)
PROVIDERS: Mapping[str, Provider] = MappingProxyType(
    {"simulator": Provider("simulator", "simulator", "", (Credential("none", Secret("")),))}
)
MODELS: Mapping[str, Model] = MappingProxyType(
    {"weir-demo": Model("weir-demo", (Target("simulator", "weir-demo", price=PRICE),))}
)


def core_settings(**changes: object) -> CoreSettings:
    """Makes settings; keyword arguments replace fields."""
    settings = CoreSettings(
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
    store: Store | None = None,
    metrics: CollectorRegistry | None = None,
    lines: KeptLines | None = None,
    vault: Vault = VAULT,
) -> CoreParts:
    """Makes what a core is handed from outside."""
    return CoreParts(
        store=store or NoStore(),
        vault=vault,
        json=OpenAiJson(),
        metrics=metrics or CollectorRegistry(),
        access_lines=lines or KeptLines(),
        clock=Clock(),
        version="0.0.0",
    )


async def prepared(
    store: Store,
    settings: CoreSettings,
    providers: Mapping[str, Provider] = PROVIDERS,
    models: Mapping[str, Model] = MODELS,
) -> Vault:
    """Fills an empty store: the keys of the settings, and the simulator as `weir-demo`. Gives what opens it."""
    vault = await open_vault(store, master_key=settings.master_key, data_dir=settings.data_dir)
    key, token = settings.bootstrap_api_key, settings.bootstrap_admin_token
    await bootstrap(store, vault.peppers, api_key=key, admin_token=token)
    await seed(store, vault, providers.values(), models.values())
    return vault


@asynccontextmanager
async def running_core(
    metrics: CollectorRegistry | None = None,
    lines: KeptLines | None = None,
    providers: Mapping[str, Provider] = PROVIDERS,
    models: Mapping[str, Model] = MODELS,
) -> AsyncIterator[Core]:
    """Runs a core while inside."""
    async with running_core_on_store(metrics, lines, providers, models) as (core, _, _):
        yield core


@asynccontextmanager
async def running_core_on_store(
    metrics: CollectorRegistry | None = None,
    lines: KeptLines | None = None,
    providers: Mapping[str, Provider] = PROVIDERS,
    models: Mapping[str, Model] = MODELS,
    **changes: object,
) -> AsyncIterator[tuple[Core, Store, Vault]]:
    """Runs a core while inside, and gives the store it follows; further keyword arguments replace settings."""
    async with temporary_store() as (store, folder):
        settings = core_settings(**{"data_dir": folder, **changes})
        vault = await prepared(store, settings, providers, models)
        async with open_core(settings, core_parts(store, metrics, lines, vault)) as core:
            yield core, store, vault
