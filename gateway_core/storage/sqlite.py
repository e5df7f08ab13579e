"""How SQLite is opened: one file, one writer, readers that never wait. It knows no tables."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from gateway_core.storage.asking import VERSION, Asking
from gateway_core.storage.engines import Engines
from gateway_core.storage.storage_error import StorageError

READERS = 4
LOCK_TIMEOUT = 10.0
OWNER_ONLY = 0o600
READ_ONLY = "PRAGMA query_only = ON"


def open_sqlite(path: Path, *, lock_timeout: float = LOCK_TIMEOUT, foreign_keys: bool = True) -> Engines:
    """Makes engines for a file, which is made for the owner only where it is missing.

    Writers of one process queue for one connection; for writers of other processes they wait `lock_timeout` seconds.
    Migrations that rebuild tables switch the foreign keys off.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=OWNER_ONLY)
        path.open("r+b").close()
    except OSError as error:
        raise StorageError(
            f"cannot use the data directory {path.parent}: {error.strerror} ({error.filename})"
        ) from error
    pragmas = (
        f"PRAGMA busy_timeout = {int(lock_timeout * 1000)}",
        f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}",
        "PRAGMA synchronous = FULL",
    )
    return Engines(
        reading=_engine(path, "BEGIN", READERS, lock_timeout, (*pragmas, READ_ONLY)),
        writing=_engine(path, "BEGIN IMMEDIATE", 1, lock_timeout, (*pragmas, "PRAGMA journal_mode = WAL")),
        asking=_asking(path, lock_timeout, (*pragmas, READ_ONLY)),
        unsound="PRAGMA foreign_key_check",
    )


def _asking(path: Path, timeout: float, pragmas: tuple[str, ...]) -> Asking:
    return Asking(_engine(path, "BEGIN", 1, timeout, pragmas), _ask, (sqlite3.Error,))


def _engine(path: Path, begin: str, connections: int, timeout: float, pragmas: tuple[str, ...]) -> AsyncEngine:
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        hide_parameters=True,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=timeout,
    )

    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        del entry
        connection.isolation_level = None  # SQLAlchemy begins transactions, not the driver
        with closing(connection.cursor()) as cursor:
            for pragma in pragmas:
                # Who finds the database busy leaves write-ahead logging to whoever is at it: only speed is lost.
                # What is wrong with the file, the first statement says; here it would leave the connection open.
                with suppress(sqlite3.Error):
                    cursor.execute(pragma)

    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine.sync_engine, "connect", prepare)
    event.listen(engine.sync_engine, "begin", start)
    return engine


async def _ask(driver: Any) -> int | None:  # noqa: ANN401 # aiosqlite's, which only SQLAlchemy imports
    rows = await driver.execute_fetchall(VERSION)
    return rows[0][0] if rows else None
