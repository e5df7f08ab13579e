"""The two ways into a database: one for reading a state that holds still, one for changing it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncEngine


@dataclass(frozen=True, slots=True)
class Engines:
    """Engines of one database. They may share their connections.

    `exclusively` is the statement by which a writer keeps everybody else from changing the schema; where every writer
    is alone anyway, there is none. `unsound` is the question whose answers are rows that belong to rows that are gone;
    a database that never lets that happen need not be asked.
    """

    reading: AsyncEngine
    writing: AsyncEngine
    exclusively: str | None = None
    unsound: str | None = None

    async def close(self) -> None:
        """Closes every connection."""
        await self.reading.dispose()
        await self.writing.dispose()
