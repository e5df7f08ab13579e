"""How PostgreSQL is opened: bounded waits everywhere, and nothing that a pooler between us and it could break."""

from typing import Final

from sqlalchemy.ext.asyncio import create_async_engine

from gateway_core.storage.engines import Engines

CONNECTIONS: Final = 5
MORE_AT_PEAKS: Final = 5
CONNECT_TIMEOUT: Final = 3.0
COMMAND_TIMEOUT: Final = 10.0
POOL_TIMEOUT: Final = 10.0
MAX_AGE: Final = 1800
SCHEMA_LOCK: Final = "SELECT pg_advisory_xact_lock(8458170261370361905)"


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
    writing = create_async_engine(
        "postgresql+asyncpg://",
        hide_parameters=True,
        pool_size=CONNECTIONS,
        max_overflow=MORE_AT_PEAKS,
        pool_timeout=POOL_TIMEOUT,
        pool_recycle=MAX_AGE,
        pool_pre_ping=True,
        connect_args={
            "dsn": address,
            "timeout": connect_timeout,
            "command_timeout": command_timeout,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": unnamed,
        },
    )
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(reading=reading, writing=writing, exclusively=SCHEMA_LOCK)
