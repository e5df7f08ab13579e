"""Asks a database server for the time on its clock, which keys expire by on every machine that uses it."""

from datetime import datetime

from sqlalchemy import func, select

from gateway_core.storage.engines import Engines
from gateway_core.storage.failures import told


async def read_database_clock(engines: Engines) -> datetime:
    """Gives the time of this very moment. It is for servers: a file has no clock of its own. Raises StorageError."""
    with told():
        async with engines.reading.connect() as connection:
            clock: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
            return clock
