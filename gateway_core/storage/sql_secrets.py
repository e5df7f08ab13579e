"""Sealed secrets in their table. It cannot open them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, delete, func, insert, select, update

from gateway_core.records.sealed_secret import Purpose, SealedSecret
from gateway_core.storage.column_types import write_json
from gateway_core.storage.sql_trail import Trail
from gateway_core.storage.statements import Statements
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.tables import SEALED_SECRETS as TABLE


class SqlSecrets:
    """Reads sealed secrets inside one transaction."""

    def __init__(self, statements: Statements) -> None:
        """Takes the transaction."""
        self._statements = statements

    async def get(self, owner: str) -> SealedSecret:
        """Gives an owner's secret."""
        row = await self._statements.row(select(TABLE).where(TABLE.c.owner == owner))
        if row is None:
            raise NotThere("secret of", owner)
        return _read(row)

    async def of(self, purpose: Purpose) -> Mapping[str, SealedSecret]:
        """Gives every secret of a purpose, the oldest first."""
        query = select(TABLE).where(TABLE.c.purpose == purpose).order_by(TABLE.c.created_at, TABLE.c.owner)
        return {row["owner"]: _read(row) for row in await self._statements.rows(query)}

    async def count_by_key(self) -> Mapping[str, int]:
        """Says how many secrets are wrapped by which master key."""
        query = select(TABLE.c.key_id, func.count().label("secrets")).group_by(TABLE.c.key_id)
        return {row["key_id"]: row["secrets"] for row in await self._statements.rows(query)}

    async def not_under(self, key_id: str, *, after: str, limit: int) -> Sequence[SealedSecret]:
        """Lists secrets wrapped by other master keys."""
        query = select(TABLE).where(TABLE.c.key_id != key_id, TABLE.c.owner > after)
        return [_read(row) for row in await self._statements.rows(query.order_by(TABLE.c.owner).limit(limit))]


class SqlChangeableSecrets(SqlSecrets):
    """Changes sealed secrets inside one transaction."""

    def __init__(self, statements: Statements, trail: Trail) -> None:
        """Takes the transaction and what it leaves behind."""
        super().__init__(statements)
        self._trail = trail

    async def put(self, sealed: SealedSecret) -> None:
        """Sets an owner's secret."""
        replaced = await self._statements.run(delete(TABLE).where(TABLE.c.owner == sealed.owner))
        await self._statements.run(
            insert(TABLE).values(
                owner=sealed.owner,
                purpose=sealed.purpose,
                key_id=sealed.key_id,
                wrapped=sealed.wrapped,
                ciphertext=sealed.ciphertext,
                created_at=self._trail.now,
            )
        )
        after = write_json({"purpose": sealed.purpose, "key_id": sealed.key_id})
        self._tell("rotate" if replaced else "create", sealed.owner, after)

    async def remove(self, owner: str) -> None:
        """Forgets an owner's secret."""
        if await self._statements.run(delete(TABLE).where(TABLE.c.owner == owner)):
            self._tell("delete", owner, None)

    async def rewrap(self, sealed: SealedSecret, *, instead_of: SealedSecret) -> bool:
        """Replaces the wrapping unless the secret was changed meanwhile. The configuration stays the same."""
        touched = await self._statements.run(
            update(TABLE)
            .where(TABLE.c.owner == sealed.owner, TABLE.c.wrapped == instead_of.wrapped)
            .values(key_id=sealed.key_id, wrapped=sealed.wrapped)
        )
        return touched == 1

    def _tell(self, action: str, owner: str, after: str | None) -> None:
        self._trail.grow()
        self._trail.note(action, "secret", owner, after=after)


def _read(row: RowMapping) -> SealedSecret:
    return SealedSecret(row["owner"], row["purpose"], row["key_id"], row["wrapped"], row["ciphertext"])
