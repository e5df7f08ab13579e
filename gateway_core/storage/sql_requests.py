"""Which requests were carried out, and what came of them. It runs inside a change, so two of one id take turns."""

from sqlalchemy import insert, select

from gateway_core.storage.query import CreateRequest
from gateway_core.storage.sql_trail import Trail
from gateway_core.storage.statements import Statements
from gateway_core.storage.storage_error import RequestReused
from gateway_core.storage.tables import CREATED_REQUESTS


class SqlAnsweredRequests:
    """Remembers requests of whoever makes the change."""

    def __init__(self, statements: Statements, trail: Trail) -> None:
        """Takes the transaction and who makes the change."""
        self._statements = statements
        self._trail = trail

    async def result_of(self, kind: str, request: CreateRequest) -> str | None:
        """Gives what the request was remembered with. Raises RequestReused if it asked for something else."""
        table = CREATED_REQUESTS
        row = await self._statements.row(
            select(table.c.fingerprint, table.c.uid).where(
                table.c.scope == self._scope(kind), table.c.request_id == request.id
            )
        )
        if row is None:
            return None
        if row["fingerprint"] != request.fingerprint:
            raise RequestReused(request.id)
        result: str = row["uid"]
        return result

    async def remember(self, kind: str, request: CreateRequest, result: str) -> None:
        """Keeps what came of a request, usually the uid of a record."""
        await self._statements.run(
            insert(CREATED_REQUESTS).values(
                scope=self._scope(kind),
                request_id=request.id,
                fingerprint=request.fingerprint,
                uid=result,
                created_at=self._trail.now,
            ),
            kind="request",
            what=request.id,
        )

    def _scope(self, kind: str) -> str:
        return f"{kind} {self._trail.actor.uid or self._trail.actor.name}"
