"""What a database holds that an examination looks at, read at one moment. Nothing is opened that is sealed."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from gateway_cli.database.named_database import NamedDatabase
from gateway_core.records.admin_token import AdminToken
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.records.stored_provider import StoredCredential, StoredProvider
from gateway_core.records.versioned import Versioned
from gateway_core.secrets_at_rest.canary import OWNER as CANARY
from gateway_core.storage.database_clock import read_database_clock
from gateway_core.storage.everything import every
from gateway_core.storage.sql_store import SqlStore
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Reading


@dataclass(frozen=True, slots=True)
class Stored:
    """The records and seals of a database, what its clock showed and ours, and how long one question took.

    `clock` is `None` where the database is a file of this machine. `sealed` holds the secrets of credentials by uid.
    """

    api_keys: tuple[Versioned[StoredApiKey], ...]
    admin_tokens: tuple[Versioned[AdminToken], ...]
    providers: tuple[Versioned[StoredProvider], ...]
    credentials: tuple[Versioned[StoredCredential], ...]
    sealed: Mapping[str, SealedSecret]
    secrets_by_key: Mapping[str, int]
    canary: SealedSecret | None
    clock: datetime | None
    read_at: datetime
    seconds: float


def read_stored(database: NamedDatabase, now: Callable[[], datetime]) -> Stored:
    """Reads a database whose schema this version can work with. Raises StorageError."""
    return asyncio.run(_read(database, now))


async def _read(database: NamedDatabase, now: Callable[[], datetime]) -> Stored:
    async with database.opened() as engines:
        store = SqlStore(engines)
        async with store.reading() as reading:
            await reading.secrets.count_by_key()
        clock = None if database.file is not None else await read_database_clock(engines)
        read_at, began = now(), monotonic()
        async with store.reading() as reading:
            counts = await reading.secrets.count_by_key()
            seconds = monotonic() - began
            return Stored(
                api_keys=tuple(await every(reading.api_keys)),
                admin_tokens=tuple(await every(reading.admin_tokens)),
                providers=tuple(await every(reading.providers)),
                credentials=tuple(await every(reading.credentials)),
                sealed=await reading.secrets.of("provider-key"),
                secrets_by_key=counts,
                canary=await _canary(reading),
                clock=clock,
                read_at=read_at,
                seconds=seconds,
            )


async def _canary(reading: Reading) -> SealedSecret | None:
    try:
        return await reading.secrets.get(CANARY)
    except NotThere:
        return None
