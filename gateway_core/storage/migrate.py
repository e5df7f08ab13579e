"""Moves a database's schema forward and back, step by step, inside one transaction.

Only this file imports alembic, so that a start that has nothing to migrate does not pay for it.
"""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, text, update

from gateway_core.storage.engines import Engines
from gateway_core.storage.failures import told
from gateway_core.storage.schema import SchemaStatus, read_status
from gateway_core.storage.storage_error import SchemaIncompatible
from gateway_core.storage.tables import SCHEMA_COMPATIBILITY

MIGRATIONS = Path(__file__).parent / "migrations"


class Migrations:
    """The steps from one schema to the next, in their one order."""

    def __init__(self, *more: Path) -> None:
        """Reads the steps; `more` are folders with steps that follow ours."""
        self._scripts = ScriptDirectory(str(MIGRATIONS), version_locations=[str(MIGRATIONS), *map(str, more)])
        self._steps = list(reversed(list(self._scripts.walk_revisions())))

    @property
    def revisions(self) -> tuple[str, ...]:
        """Gives the revisions, the oldest first."""
        return tuple(step.revision for step in self._steps)

    async def up(self, engines: Engines, target: str | None = None) -> tuple[str, ...]:
        """Moves forward to a revision, or to the newest; gives the revisions that were reached on the way."""
        return await self._move(engines, target or self.revisions[-1], forward=True)

    async def down(self, engines: Engines, target: str | None = None) -> tuple[str, ...]:
        """Moves back to a revision, or to no schema at all; gives the revisions that were left behind."""
        return await self._move(engines, target, forward=False)

    async def status(self, engines: Engines) -> SchemaStatus:
        """Says where a database is."""
        with told():
            async with engines.reading.connect() as connection:
                return await connection.run_sync(read_status)

    async def _move(self, engines: Engines, target: str | None, *, forward: bool) -> tuple[str, ...]:
        if target is not None and target not in self.revisions:
            raise SchemaIncompatible(f"there is no schema {target}; this version knows {', '.join(self.revisions)}")

        def move(connection: Connection) -> tuple[str, ...]:
            if engines.exclusively:
                connection.execute(text(engines.exclusively))
            steps = self._steps_between(read_status(connection).revision, target, forward=forward)
            context = MigrationContext.configure(connection)
            with Operations.context(context):
                for step in steps:
                    self._take(step, context, connection, forward=forward)
            if engines.unsound and connection.execute(text(engines.unsound)).first():
                raise SchemaIncompatible(
                    "the migration would leave records without what they belong to; nothing was done"
                )
            return tuple(step.revision for step in steps)

        with told():
            async with engines.writing.begin() as connection:
                return await connection.run_sync(move)

    def _steps_between(self, current: str | None, target: str | None, *, forward: bool) -> list[Script]:
        if current is not None and current not in self.revisions:
            raise SchemaIncompatible(
                f"the database has schema {current}, which only a newer version of Weir can migrate"
            )
        here, there = self._place(current), self._place(target)
        return self._steps[here:there] if forward else list(reversed(self._steps[there:here]))

    def _place(self, revision: str | None) -> int:
        return 0 if revision is None else self.revisions.index(revision) + 1

    def _take(self, step: Script, context: MigrationContext, connection: Connection, *, forward: bool) -> None:
        if forward:
            step.module.upgrade()
            reached: Script | None = step
        else:
            step.module.downgrade()
            place = self._place(step.revision) - 1
            reached = self._steps[place - 1] if place else None
        context.stamp(self._scripts, reached.revision if reached else "base")
        if reached:
            connection.execute(update(SCHEMA_COMPATIBILITY).values(serves_from=reached.module.SERVES_FROM))
