"""The secrets of keys and tokens, as hashes, and when those were last used, in their tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, or_, select, update

from gateway_core.records.key_secret import KeySecret
from gateway_core.storage.sql_trail import Trail
from gateway_core.storage.statements import Statements
from gateway_core.storage.tables import KEY_HASHES, KEY_USES


class SqlKeyHashes:
    """Reads hashes inside one transaction."""

    def __init__(self, statements: Statements) -> None:
        """Takes the transaction."""
        self._statements = statements

    async def find(self, hashes: Sequence[bytes]) -> KeySecret | None:
        """Gives the secret that has one of the hashes."""
        row = await self._statements.row(select(KEY_HASHES).where(KEY_HASHES.c.hash.in_(hashes)))
        return None if row is None else KeySecret(**row)

    async def of(self, owners: Sequence[str]) -> Mapping[str, Sequence[KeySecret]]:
        """Gives the secrets of these owners."""
        query = select(KEY_HASHES).where(KEY_HASHES.c.owner.in_(owners))
        found: dict[str, list[KeySecret]] = {}
        for row in await self._statements.rows(query.order_by(KEY_HASHES.c.created_at.desc(), KEY_HASHES.c.hash)):
            found.setdefault(row["owner"], []).append(KeySecret(**row))
        return found


class SqlChangeableKeyHashes(SqlKeyHashes):
    """Changes secrets inside one transaction."""

    def __init__(self, statements: Statements, trail: Trail) -> None:
        """Takes the transaction and what it leaves behind, which knows the time."""
        super().__init__(statements)
        self._trail = trail

    async def add(
        self, owner: str, key_hash: bytes, pepper_id: str, *, hint: str, expires_at: datetime | None = None
    ) -> None:
        """Gives an owner one more secret."""
        secret = {"owner": owner, "hash": key_hash, "pepper_id": pepper_id, "hint": hint}
        await self._statements.run(
            insert(KEY_HASHES).values(**secret, created_at=self._trail.now, expires_at=expires_at),
            kind="secret",
            what=hint,
        )

    async def end(self, owner: str, at: datetime) -> None:
        """Lets every secret of an owner expire at a moment at the latest."""
        lasting = or_(KEY_HASHES.c.expires_at.is_(None), KEY_HASHES.c.expires_at > at)
        await self._statements.run(update(KEY_HASHES).where(KEY_HASHES.c.owner == owner, lasting).values(expires_at=at))


class SqlKeyUses:
    """Reads when keys and tokens were last used."""

    def __init__(self, statements: Statements) -> None:
        """Takes the transaction."""
        self._statements = statements

    async def of(self, owners: Sequence[str]) -> Mapping[str, datetime]:
        """Gives the moments for those that were used at all."""
        rows = await self._statements.rows(select(KEY_USES).where(KEY_USES.c.owner.in_(owners)))
        return {row["owner"]: row["last_used_at"] for row in rows}

    async def note(self, uses: Mapping[str, datetime]) -> None:
        """Keeps the moments that are later than what is known. It runs where nobody else writes."""
        known = await self.of(list(uses))
        later = [owner for owner, moment in known.items() if moment < uses[owner]]
        if later:
            statement = (
                update(KEY_USES).where(KEY_USES.c.owner == bindparam("who")).values(last_used_at=bindparam("at"))
            )
            await self._statements.run(statement, [{"who": owner, "at": uses[owner]} for owner in later])
        first = [{"owner": owner, "last_used_at": moment} for owner, moment in uses.items() if owner not in known]
        if first:
            await self._statements.run(insert(KEY_USES), first)
