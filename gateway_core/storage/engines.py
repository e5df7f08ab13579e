"""The ways into a database: for reading a state that holds still, for changing it, for asking whether it changed."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine

from gateway_core.storage.asking import Asking


@dataclass(frozen=True, slots=True)
class Engines:
    """Engines of one database. They may share their connections.

    `exclusively` is the statement by which a writer keeps everybody else from changing the schema; where every writer
    is alone anyway, there is none. `unsound` is the question whose answers are rows that belong to rows that are gone;
    a database that never lets that happen need not be asked.
    """

    reading: AsyncEngine
    writing: AsyncEngine
    asking: Asking
    exclusively: str | None = None
    unsound: str | None = None

    async def close(self) -> None:
        """Closes every connection."""
        await self.reading.dispose()
        await self.writing.dispose()
        await self.asking.engine.dispose()
