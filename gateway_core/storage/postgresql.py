"""How PostgreSQL is opened: bounded waits everywhere, and nothing that a pooler between us and it could break."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from gateway_core.storage.asking import VERSION, Asking
from gateway_core.storage.engines import Engines
from gateway_core.storage.storage_error import StorageError

CONNECTIONS: Final = 5
MORE_AT_PEAKS: Final = 5
CONNECT_TIMEOUT: Final = 3.0
COMMAND_TIMEOUT: Final = 10.0
POOL_TIMEOUT: Final = 10.0
MAX_AGE: Final = 1800
ADDRESS_IS_AN_ARGUMENT: Final = "postgresql+asyncpg://"
SCHEMA_LOCK: Final = "SELECT pg_advisory_xact_lock(8458170261370361905)"
WRONG_PORT: Final = (
    "the address of the database (WEIR_DATABASE_URL) has a port that there is not: it must be 1 to 65535"
)
WRONG_HOST: Final = "the address of the database (WEIR_DATABASE_URL) has a host or a port that there cannot be"


def unnamed() -> str:
    """Names no prepared statement: one without a name ends with its transaction, wherever a pooler sends the next."""
    return ""


def open_postgresql(
    address: str, *, connect_timeout: float = CONNECT_TIMEOUT, command_timeout: float = COMMAND_TIMEOUT
) -> Engines:
    """Makes engines for a database. They work behind PgBouncer in transaction mode.

    The driver reads the address itself, as PostgreSQL's own programs do: `?sslmode=verify-full&sslrootcert=...`.

    Reading sees one snapshot from beginning to end. Writing takes turns on the row that changes begin with; who waits
    for longer than `command_timeout` seconds gives up.
    """
    arguments = {
        "dsn": address,
        "timeout": connect_timeout,
        "command_timeout": command_timeout,
        "statement_cache_size": 0,
        "prepared_statement_cache_size": 0,
        "prepared_statement_name_func": unnamed,
    }
    writing = create_async_engine(
        ADDRESS_IS_AN_ARGUMENT,
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=MORE_AT_PEAKS,
        pool_timeout=POOL_TIMEOUT,
        pool_recycle=MAX_AGE,
        pool_pre_ping=True,
        connect_args=arguments,
    )
    _tell_wrong_addresses(writing)
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reading=reading, writing=writing, asking=_asking(arguments), exclusively=SCHEMA_LOCK)


def _asking(arguments: dict[str, Any]) -> Asking:
    """Keeps one connection, which is not tried before it is used: asking is trying."""
    engine = create_async_engine(
        ADDRESS_IS_AN_ARGUMENT,
        pool_size=1,
        max_overflow=0,
        pool_timeout=POOL_TIMEOUT,
        pool_recycle=MAX_AGE,
        pool_reset_on_return=None,
        connect_args=arguments,
    )
    _tell_wrong_addresses(engine)
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    driver: Any = engine.dialect.loaded_dbapi
    return Asking(engine, _ask, (driver.asyncpg.PostgresError, driver.asyncpg.InterfaceError))


def _tell_wrong_addresses(engine: AsyncEngine) -> None:
    """Has StorageError raised for what the driver finds out only when it connects, and says in Python's words."""
    event.listen(engine.sync_engine, "do_connect", _connect)


def _connect(
    dialect: Dialect, entry: ConnectionPoolEntry, positional: Sequence[Any], named: Mapping[str, Any]
) -> DBAPIConnection:
    del entry
    try:
        return dialect.connect(*positional, **named)
    except OverflowError as error:
        raise StorageError(WRONG_PORT) from error
    except ValueError as error:
        raise StorageError(WRONG_HOST) from error


def _refuse_closed(connection: DBAPIConnection, entry: ConnectionPoolEntry, proxy: PoolProxiedConnection) -> None:
    """Lets the pool open another connection where the server ended this one meanwhile, which the driver knows."""
    del entry, proxy
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def _ask(driver: Any) -> int | None:  # noqa: ANN401 # asyncpg's, which only SQLAlchemy imports
    """Has the answer copied out: the only query of one round trip, which no pooler can take apart, that gives rows."""
    written: list[bytes] = []

    async def keep(data: bytes) -> None:
        written.append(data)

    await driver.copy_from_query(VERSION, output=keep)
    return int(b"".join(written)) if written else None
