"""The hashes of keys and tokens, and when those were last used, in their tables."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, insert, select, update

from gateway_core.storage.statements import Statements
from gateway_core.storage.tables import KEY_HASHES, KEY_USES


class SqlKeyHashes:
    """Reads hashes inside one transaction."""

    def __init__(self, statements: Statements) -> None:
        """Takes the transaction."""
        self._statements = statements

    async def owner_of(self, hashes: Sequence[bytes]) -> str | None:
        """Gives the uid of what has one of the hashes."""
        row = await self._statements.row(select(KEY_HASHES.c.owner).where(KEY_HASHES.c.hash.in_(hashes)))
        return None if row is None else row["owner"]

    async def of(self, owners: Sequence[str]) -> Mapping[str, bytes]:
        """Gives the hashes of these owners."""
        rows = await self._statements.rows(
            select(KEY_HASHES.c.owner, KEY_HASHES.c.hash).where(KEY_HASHES.c.owner.in_(owners))
        )
        return {row["owner"]: row["hash"] for row in rows}


class SqlChangeableKeyHashes(SqlKeyHashes):
    """Adds hashes inside one transaction."""

    async def add(self, owner: str, key_hash: bytes, pepper_id: str) -> None:
        """Gives an owner its hash."""
        await self._statements.run(
            insert(KEY_HASHES).values(hash=key_hash, pepper_id=pepper_id, owner=owner), kind="key", what=owner
        )


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
