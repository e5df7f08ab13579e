"""Opens the store that the settings name: a database, or else a file in the data directory."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from admin.process_facts import StoreKind
from gateway_core.settings import CoreSettings
from gateway_core.storage.open_database import SQLITE, address_of_file, open_database
from gateway_core.storage.open_store import open_store
from gateway_core.storage.store import Store


@asynccontextmanager
async def opened_store(settings: CoreSettings) -> AsyncIterator[Store]:
    """Opens the store while inside. A file is brought up to date by the way; a database only by `weir migrate up`."""
    if settings.database_url is not None:
        async with open_store(settings.database_url.reveal()) as store:
            yield store
    else:
        async with open_store(address_of_file(settings.data_dir), migrate=bring_up_to_date) as store:
            yield store


def store_kind(settings: CoreSettings) -> StoreKind:
    """Says which kind of database that is."""
    url = settings.database_url
    return "postgresql" if url is not None and not url.reveal().startswith(SQLITE) else "sqlite"


async def bring_up_to_date(address: str) -> None:
    """Runs the migrations. Their library takes 9 MB and 0.1 s, so only a start that needs it imports it."""
    migrate = importlib.import_module("gateway_core.storage.migrate")
    engines = open_database(address, migrating=True)
    try:
        await migrate.Migrations().up(engines)
    finally:
        await engines.close()
