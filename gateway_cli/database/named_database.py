"""The database that a configuration names, before anybody opens it. Looking at it makes no file and changes nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gateway_core.settings import CoreSettings
from gateway_core.storage.engines import Engines
from gateway_core.storage.failures import told
from gateway_core.storage.open_database import SQLITE, address_of_file, open_database
from gateway_core.storage.schema import SchemaStatus, read_status

UNNAMED = "an address that names no database"
NO_SCHEMA = SchemaStatus(None, None)


@dataclass(frozen=True, slots=True)
class NamedDatabase:
    """Where a gateway keeps its records. `is_ours` says that it is the file of its own data directory."""

    address: str
    is_ours: bool

    @property
    def file(self) -> Path | None:
        """Gives the file, if the database is one."""
        return Path(self.address.removeprefix(SQLITE)) if self.address.startswith(SQLITE) else None

    @property
    def is_missing(self) -> bool:
        """Says whether the database is a file that nobody has made yet."""
        return self.file is not None and not self.file.exists()

    @property
    def shown(self) -> str:
        """Names the database without the password of its address, or anything else that might be one."""
        if self.file is not None:
            return str(self.file)
        try:
            url = urlsplit(self.address)
            place = f"{url.hostname or ''}:{url.port}" if url.port else url.hostname or ""
        except ValueError:
            return UNNAMED
        return f"{url.scheme}://{place}{url.path}" if url.scheme and not url.path.count("@") else UNNAMED

    @asynccontextmanager
    async def opened(self, *, migrating: bool = False) -> AsyncIterator[Engines]:
        """Opens it while inside. Raises StorageError for an address that cannot be used."""
        engines = open_database(self.address, migrating=migrating)
        try:
            yield engines
        finally:
            await engines.close()

    async def status(self) -> SchemaStatus:
        """Asks for the schema. Raises StorageError."""
        if self.is_missing:
            return NO_SCHEMA
        async with self.opened() as engines:
            return await status_of(engines)


async def status_of(engines: Engines) -> SchemaStatus:
    """Asks an open database for its schema. Raises StorageError."""
    with told():
        async with engines.reading.connect() as connection:
            return await connection.run_sync(read_status)


def named_database(settings: CoreSettings) -> NamedDatabase:
    """Gives the database that the settings name: one of its own, or else the file in the data directory."""
    if settings.database_url is not None:
        return NamedDatabase(settings.database_url.reveal(), is_ours=False)
    return NamedDatabase(address_of_file(settings.data_dir), is_ours=True)
