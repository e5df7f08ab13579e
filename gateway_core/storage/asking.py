"""Asks for the version of the configuration, which every core does several times a second.

It goes to the driver itself: without a transaction, and without what makes results comfortable, it costs a quarter.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway_core.storage.failures import told
from gateway_core.storage.storage_error import SchemaIncompatible
from gateway_core.storage.undisturbed import undisturbed

VERSION: Final = "SELECT version FROM gateway_state"


@dataclass(frozen=True, slots=True)
class Asking:
    """A way to ask. `ask` takes the driver's connection, and gives `None` where there is no version.

    `errors` are what the driver raises.
    """

    engine: AsyncEngine
    ask: Callable[[Any], Awaitable[int | None]]
    errors: tuple[type[Exception], ...]

    async def version(self) -> int:
        """Gives the version; raises StorageError."""
        with told():
            version = await undisturbed(self._asked())
        if version is None:
            raise SchemaIncompatible("the database was never made ready for Weir: run `weir migrate up`")
        return version

    async def _asked(self) -> int | None:
        async with self.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            answered = False
            try:
                version = await self.ask(driver)
                answered = True
            except self.errors as error:
                raise DBAPIError(VERSION, None, error, connection_invalidated=True) from error
            finally:
                if not answered:
                    await connection.invalidate()
        return version
