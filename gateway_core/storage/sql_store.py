"""The store on a relational database, whichever it is."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import delete

from gateway_core.records.audit_entry import Actor
from gateway_core.storage import kinds
from gateway_core.storage.engines import Engines
from gateway_core.storage.sql_audit_log import SqlAppendableAuditLog, SqlAuditLog
from gateway_core.storage.sql_changes import SqlChanges
from gateway_core.storage.sql_key_hashes import SqlChangeableKeyHashes, SqlKeyHashes, SqlKeyUses
from gateway_core.storage.sql_prices import SqlAppendablePrices, SqlPrices
from gateway_core.storage.sql_records import SqlRecords
from gateway_core.storage.sql_requests import SqlAnsweredRequests
from gateway_core.storage.sql_secrets import SqlChangeableSecrets, SqlSecrets
from gateway_core.storage.sql_trail import Trail, read_state
from gateway_core.storage.statements import Statements, transaction
from gateway_core.storage.store import Changing, Reading
from gateway_core.storage.tables import CREATED_REQUESTS
from gateway_core.storage.turns import Turns

PATIENCE = 30.0


def utc_now() -> datetime:
    """Gives the time of this machine."""
    return datetime.now(UTC)


class SqlStore:
    """Keeps records in the tables of a database whose schema is up to date."""

    def __init__(
        self,
        engines: Engines,
        *,
        now: Callable[[], datetime] = utc_now,
        randomness: Callable[[int], bytes] = secrets.token_bytes,
        patience: float = PATIENCE,
    ) -> None:
        """Takes the ways into the database, and where time and chance come from.

        Those who change something wait at most `patience` seconds for the others of this process, and then as long
        as the database lets them for those of other processes.
        """
        self._engines = engines
        self._turns = Turns(patience)
        self._now = now
        self._randomness = randomness

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """Holds one state still while inside."""
        async with transaction(self._engines.reading) as statements:
            yield await _reading(statements)

    @asynccontextmanager
    async def changing(self, actor: Actor) -> AsyncIterator[Changing]:
        """Takes the one turn to change things; writes the trail at the end."""
        async with self._writing() as statements:
            state = await read_state(statements, lock=True)
            trail = Trail(actor, self._now(), state)
            yield self._changing(statements, state.version, trail)
            await trail.write(statements)

    async def version(self) -> int:
        """Asks for the version, past everything that costs time."""
        return await self._engines.asking.version()

    async def note_key_uses(self, uses: Mapping[str, datetime]) -> None:
        """Keeps when keys and tokens were last used."""
        async with self._writing() as statements:
            await read_state(statements, lock=True)
            await SqlKeyUses(statements).note(uses)

    async def forget_requests(self, before: datetime) -> None:
        """Forgets which requests made what before a moment."""
        async with self._writing() as statements:
            await statements.run(delete(CREATED_REQUESTS).where(CREATED_REQUESTS.c.created_at < before))

    async def close(self) -> None:
        """Closes every connection."""
        await self._engines.close()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[Statements]:
        """Lets one writer of this process at a time go to the database, so that the others take no connections."""
        async with self._turns.one(), transaction(self._engines.writing) as statements:
            yield statements

    def _changing(self, statements: Statements, version: int, trail: Trail) -> Changing:
        chance = self._randomness
        return Changing(
            version=version,
            now=trail.now,
            users=SqlChanges(kinds.USERS, statements, trail, chance),
            api_keys=SqlChanges(kinds.API_KEYS, statements, trail, chance),
            admin_tokens=SqlChanges(kinds.ADMIN_TOKENS, statements, trail, chance),
            providers=SqlChanges(kinds.PROVIDERS, statements, trail, chance),
            credentials=SqlChanges(kinds.CREDENTIALS, statements, trail, chance),
            models=SqlChanges(kinds.MODELS, statements, trail, chance),
            limits=SqlChanges(kinds.LIMITS, statements, trail, chance),
            settings=SqlChanges(kinds.SETTINGS, statements, trail, chance),
            prices=SqlAppendablePrices(statements, trail, chance),
            secrets=SqlChangeableSecrets(statements, trail),
            key_hashes=SqlChangeableKeyHashes(statements, trail),
            key_uses=SqlKeyUses(statements),
            audit=SqlAppendableAuditLog(statements, trail),
            requests=SqlAnsweredRequests(statements, trail),
        )


async def _reading(statements: Statements) -> Reading:
    state = await read_state(statements)
    return Reading(
        version=state.version,
        users=SqlRecords(kinds.USERS, statements),
        api_keys=SqlRecords(kinds.API_KEYS, statements),
        admin_tokens=SqlRecords(kinds.ADMIN_TOKENS, statements),
        providers=SqlRecords(kinds.PROVIDERS, statements),
        credentials=SqlRecords(kinds.CREDENTIALS, statements),
        models=SqlRecords(kinds.MODELS, statements),
        limits=SqlRecords(kinds.LIMITS, statements),
        settings=SqlRecords(kinds.SETTINGS, statements),
        prices=SqlPrices(statements),
        secrets=SqlSecrets(statements),
        key_hashes=SqlKeyHashes(statements),
        key_uses=SqlKeyUses(statements),
        audit=SqlAuditLog(statements),
    )
