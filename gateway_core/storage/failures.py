"""Turns what databases and their drivers raise into storage errors, by SQLSTATE, SQLite code and class."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway_core.storage.storage_error import (
    AlreadyThere,
    NotThere,
    SchemaIncompatible,
    StorageError,
    StoreDown,
    StoreUnavailable,
)

PRIMARY_CODE = 0xFF
SQLITE_UNIQUE = (sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY)
SQLITE_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
SQLITE_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
SQLITE_AWAY = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY)

UNIQUE_VIOLATION = "23505"
FOREIGN_KEY_VIOLATION = "23503"
UNDEFINED = ("42P01", "42703")
# connection exceptions, insufficient resources, operator intervention, lock not available, deadlock, serialization
AWAY = ("08", "53", "57", "55P03", "40")
REFUSED = ("28", "3D")
# shut down by its administrator, by a crash, or about to begin or to end
DOWN = ("57P01", "57P02", "57P03")
STATES: tuple[tuple[tuple[str, ...], type[StorageError], str], ...] = (
    (UNDEFINED, SchemaIncompatible, "the database lacks what this version of Weir expects"),
    (REFUSED, StoreUnavailable, "the database turns us away"),
    (DOWN, StoreDown, "the database is down"),
    (AWAY, StoreUnavailable, "the database does not serve now"),
    (("",), StorageError, "the database refuses"),
)


@contextmanager
def told(kind: str = "record", what: str = "") -> Iterator[None]:
    """Raises StorageError for whatever goes wrong inside with the database. `kind` and `what` are what is written."""
    try:
        yield
    except DBAPIError as error:
        raise _translated(error, kind, what) from error
    except PoolTimeout as error:
        raise StoreUnavailable("the database has no free connection: too much waits for it") from error
    except TimeoutError as error:
        raise StoreUnavailable("the database does not answer in time") from error
    except (ConnectionRefusedError, FileNotFoundError) as error:
        raise StoreDown(f"no database listens: {error.strerror or error}") from error
    except OSError as error:
        raise StoreUnavailable(f"the database cannot be reached: {error.strerror or error}") from error
    except SQLAlchemyError as error:
        raise StorageError(f"the database cannot be used: {error}") from error


def _translated(error: DBAPIError, kind: str, what: str) -> StorageError:
    original = error.orig
    state = getattr(original, "sqlstate", None)
    if isinstance(state, str):
        return _by_state(state, original, kind, what)
    if isinstance(original, sqlite3.Error):
        return _by_sqlite_code(original, kind, what)
    if error.connection_invalidated:
        return StoreUnavailable("the connection to the database broke")
    return StorageError(f"the database refuses: {original}")


def _by_state(state: str, original: object, kind: str, what: str) -> StorageError:
    if state == UNIQUE_VIOLATION:
        return AlreadyThere(kind, what)
    if state == FOREIGN_KEY_VIOLATION:
        return NotThere(f"record that the {kind} belongs to:", what)
    meant, sentence = next((meant, sentence) for begins, meant, sentence in STATES if state.startswith(begins))
    return meant(f"{sentence}: {original}")


def _by_sqlite_code(original: sqlite3.Error, kind: str, what: str) -> StorageError:
    code = getattr(original, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    primary = code & PRIMARY_CODE
    if code in SQLITE_UNIQUE:
        return AlreadyThere(kind, what)
    if code == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
        return NotThere(f"record that the {kind} belongs to:", what)
    if primary in SQLITE_BUSY:
        return StoreUnavailable("another process keeps the database locked")
    if primary in SQLITE_DAMAGED:
        return StorageError("the database is damaged or no database: restore it from a backup, or move it away")
    if primary in SQLITE_AWAY:
        return StoreUnavailable(f"the database's file cannot be used: {original}")
    return StorageError(f"the database refuses: {original}")
