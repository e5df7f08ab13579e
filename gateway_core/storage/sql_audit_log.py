"""The audit log in its table."""

from collections.abc import Sequence

from sqlalchemy import select

from gateway_core.records.audit_entry import AuditEntry
from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.storage.audit_chain import ChainReader, ChainVerdict
from gateway_core.storage.query import Where
from gateway_core.storage.sql_records import conditions
from gateway_core.storage.sql_trail import Trail, read_entry, read_state
from gateway_core.storage.statements import Statements
from gateway_core.storage.tables import AUDIT

AT_ONCE = 1000
STEPS = (AUDIT.c.version, AUDIT.c.sequence, AUDIT.c.kind, AUDIT.c.uid, AUDIT.c.action)


class SqlAuditLog:
    """Reads the log inside one transaction."""

    def __init__(self, statements: Statements) -> None:
        """Takes the transaction."""
        self._statements = statements

    async def page(
        self, *, before: int | None = None, limit: int = 100, where: Sequence[Where] = ()
    ) -> Sequence[AuditEntry]:
        """Lists entries, the newest first."""
        query = select(AUDIT).where(*conditions(AUDIT, where)).order_by(AUDIT.c.sequence.desc()).limit(limit)
        if before is not None:
            query = query.where(AUDIT.c.sequence < before)
        return [read_entry(row) for row in await self._statements.rows(query)]

    async def since(self, version: int, *, limit: int) -> Sequence[ConfigurationChange]:
        """Gives what led from a configuration to the newest. Versions grow with the sequence, so the order is one."""
        query = select(*STEPS).where(AUDIT.c.version > version).order_by(AUDIT.c.version, AUDIT.c.sequence)
        return [ConfigurationChange(**row) for row in await self._statements.rows(query.limit(limit))]

    async def verify(self) -> ChainVerdict:
        """Follows the chain in pieces, so that a long log needs no more memory than a short one."""
        chain, last = ChainReader(), 0
        while True:
            query = select(AUDIT).where(AUDIT.c.sequence > last).order_by(AUDIT.c.sequence).limit(AT_ONCE)
            entries = [read_entry(row) for row in await self._statements.rows(query)]
            if not entries:
                break
            broken = chain.read(entries)
            if broken is not None:
                return broken
            last = entries[-1].sequence
        state = await read_state(self._statements)
        return chain.finish(state.audit_sequence, state.audit_hash)


class SqlAppendableAuditLog(SqlAuditLog):
    """Adds to the log at the end of a change."""

    def __init__(self, statements: Statements, trail: Trail) -> None:
        """Takes the transaction and what it leaves behind."""
        super().__init__(statements)
        self._trail = trail

    async def note(self, action: str, kind: str, uid: str, *, after: str | None = None) -> None:
        """Adds an entry for what is no change of a record."""
        self._trail.note(action, kind, uid, after=after)
