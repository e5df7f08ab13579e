"""Opens the store that the settings name: a database, or else a file in the data directory."""

import importlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway_core.settings import CoreSettings
from gateway_core.storage.open_database import address_of_file, open_database
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


async def bring_up_to_date(address: str) -> None:
    """Runs the migrations. Their library takes 9 MB and 0.1 s, so only a start that needs it imports it."""
    migrate = importlib.import_module("gateway_core.storage.migrate")
    engines = open_database(address, migrating=True)
    try:
        await migrate.Migrations().up(engines)
    finally:
        await engines.close()
