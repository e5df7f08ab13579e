"""The records of one kind in a table, to change. It runs inside a change, so nobody else changes anything meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from sqlalchemy import insert, update

from gateway_core.records.versioned import BY_API, Versioned
from gateway_core.storage.kinds import Kind
from gateway_core.storage.query import CreateRequest
from gateway_core.storage.sql_records import SqlRecords
from gateway_core.storage.sql_requests import SqlAnsweredRequests
from gateway_core.storage.sql_trail import Trail
from gateway_core.storage.statements import Statements
from gateway_core.storage.storage_error import RevisionConflict
from gateway_core.storage.uid import make_uid

R = TypeVar("R")


class SqlChanges(SqlRecords[R]):
    """Changes records inside one transaction, and tells the audit log of each change."""

    def __init__(self, kind: Kind[R], statements: Statements, trail: Trail, randomness: Callable[[int], bytes]) -> None:
        """Takes what the records are, the transaction, what it leaves behind, and chance for names."""
        super().__init__(kind, statements)
        self._trail = trail
        self._requests = SqlAnsweredRequests(statements, trail)
        self._randomness = randomness

    async def create(
        self, value: R, *, uid: str = "", managed_by: str = BY_API, request: CreateRequest | None = None
    ) -> Versioned[R]:
        """Adds a record, unless the same request did before."""
        earlier = None if request is None else await self.created_by(request)
        if earlier is not None:
            return earlier
        now = self._trail.now
        created = Versioned(
            uid=uid or make_uid(self._kind.prefix, now, self._randomness),
            revision=1,
            created_at=now,
            updated_at=now,
            deleted_at=None,
            managed_by=managed_by,
            value=value,
        )
        await self._statements.run(
            insert(self._kind.table).values(self._columns(created)),
            kind=self._kind.name,
            what=self._kind.name_of(value),
        )
        if request is not None:
            await self.remember(request, created.uid)
        self._trail.tell("create", self._kind.name, None, created)
        return created

    async def created_by(self, request: CreateRequest) -> Versioned[R] | None:
        """Gives what the same request made before, even if it was deleted since."""
        uid = await self._requests.result_of(self._kind.name, request)
        return None if uid is None else await self.get(uid, deleted=True)

    async def remember(self, request: CreateRequest, uid: str) -> None:
        """Keeps which record a request was about."""
        await self._requests.remember(self._kind.name, request, uid)

    async def update(
        self,
        uid: str,
        value: R,
        *,
        expected: int | None = None,
        managed_by: str | None = None,
        action: str = "update",
        touch: bool = False,
    ) -> Versioned[R]:
        """Replaces the value."""
        before = await self._expect(uid, expected, deleted=True)
        owner = before.managed_by if managed_by is None else managed_by
        if not touch and (value, owner) == (before.value, before.managed_by):
            return before
        return await self._write(action, before, replace(before, value=value, managed_by=owner))

    async def delete(self, uid: str, *, expected: int | None = None) -> Versioned[R]:
        """Takes a record out of use."""
        before = await self._expect(uid, expected)
        return await self._write("delete", before, replace(before, deleted_at=self._trail.now))

    async def undelete(self, uid: str, *, expected: int | None = None) -> Versioned[R]:
        """Brings a deleted record back; one that is not deleted stays as it is."""
        before = await self._expect(uid, expected, deleted=True)
        if before.deleted_at is None:
            return before
        return await self._write("undelete", before, replace(before, deleted_at=None))

    async def _expect(self, uid: str, expected: int | None, *, deleted: bool = False) -> Versioned[R]:
        before = await self.get(uid, deleted=deleted)
        if expected is not None and before.revision != expected:
            raise RevisionConflict(self._kind.name, uid, expected=expected, actual=before.revision)
        return before

    async def _write(self, action: str, before: Versioned[R], after: Versioned[R]) -> Versioned[R]:
        written = replace(after, revision=before.revision + 1, updated_at=self._trail.now)
        table = self._kind.table
        await self._statements.run(
            update(table).where(table.c.uid == before.uid).values(self._columns(written)),
            kind=self._kind.name,
            what=self._kind.name_of(written.value),
        )
        self._trail.tell(action, self._kind.name, before, written)
        return written

    def _columns(self, record: Versioned[R]) -> dict[str, object]:
        return {
            "uid": record.uid,
            "revision": record.revision,
            "created_at": record.created_at,
            "updated_at": record.updated_at,
            "deleted_at": record.deleted_at,
            "managed_by": record.managed_by,
            **self._kind.values_of(record.value),
        }
