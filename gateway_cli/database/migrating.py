"""The work behind `weir migrate up` and `down`: moves the schema of the database that settings name."""

import asyncio
from dataclasses import dataclass

from gateway_cli.database.named_database import NamedDatabase, named_database
from gateway_core.settings import CoreSettings
from gateway_core.storage.migrate import Migrations


@dataclass(frozen=True, slots=True)
class Moved:
    """The steps that were taken, none if the database was at the target already."""

    database: str
    target: str | None
    steps: tuple[str, ...]


def up(settings: CoreSettings, target: str | None) -> Moved:
    """Moves forward to a revision, or to the newest. Raises StorageError."""
    return _move(settings, target or Migrations().revisions[-1], forward=True)


def down(settings: CoreSettings, target: str | None) -> Moved:
    """Moves back to a revision, or to no schema at all. Raises StorageError."""
    return _move(settings, target, forward=False)


def _move(settings: CoreSettings, target: str | None, *, forward: bool) -> Moved:
    database = named_database(settings)
    return Moved(database.shown, target, asyncio.run(_steps(database, target, forward=forward)))


async def _steps(database: NamedDatabase, target: str | None, *, forward: bool) -> tuple[str, ...]:
    migrations = Migrations()
    async with database.opened(migrating=True) as engines:
        return await (migrations.up(engines, target) if forward else migrations.down(engines, target))
