"""What drivers raise becomes storage errors by code and class, never by prose."""

import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gateway_core.storage.failures import told
from gateway_core.storage.storage_error import (
    AlreadyThere,
    NotThere,
    SchemaIncompatible,
    StorageError,
    StoreDown,
    StoreUnavailable,
)

STATES = [
    ("23505", AlreadyThere),
    ("23503", NotThere),
    ("42P01", SchemaIncompatible),
    ("42703", SchemaIncompatible),
    ("08006", StoreUnavailable),
    ("08003", StoreUnavailable),
    ("53300", StoreUnavailable),
    ("55P03", StoreUnavailable),
    ("57P01", StoreDown),
    ("57P02", StoreDown),
    ("57P03", StoreDown),
    ("57014", StoreUnavailable),
    ("40001", StoreUnavailable),
    ("40P01", StoreUnavailable),
    ("28P01", StoreUnavailable),
    ("3D000", StoreUnavailable),
    ("42601", StorageError),
    ("22021", StorageError),
]
CODES = [
    (sqlite3.SQLITE_CONSTRAINT_UNIQUE, AlreadyThere),
    (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, AlreadyThere),
    (sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY, NotThere),
    (sqlite3.SQLITE_BUSY, StoreUnavailable),
    (sqlite3.SQLITE_BUSY_SNAPSHOT, StoreUnavailable),
    (sqlite3.SQLITE_LOCKED, StoreUnavailable),
    (sqlite3.SQLITE_FULL, StoreUnavailable),
    (sqlite3.SQLITE_IOERR_WRITE, StoreUnavailable),
    (sqlite3.SQLITE_READONLY, StoreUnavailable),
    (sqlite3.SQLITE_CANTOPEN, StoreUnavailable),
    (sqlite3.SQLITE_CORRUPT, StorageError),
    (sqlite3.SQLITE_NOTADB, StorageError),
    (sqlite3.SQLITE_ERROR, StorageError),
    (None, StorageError),
]
OTHERS: list[tuple[Exception, type[StorageError]]] = [
    (ConnectionRefusedError(111, "Connection refused"), StoreDown),
    (FileNotFoundError(2, "No such file or directory"), StoreDown),
    (ConnectionResetError(104, "Connection reset by peer"), StoreUnavailable),
    (TimeoutError(), StoreUnavailable),
    (PoolTimeout("full"), StoreUnavailable),
    (InvalidRequestError("x"), StorageError),
    (DBAPIError("SELECT", {}, Exception("closed"), connection_invalidated=True), StoreUnavailable),
    (DBAPIError("SELECT", {}, Exception("what")), StorageError),
]


class PostgresError(Exception):
    """Looks like what the driver for PostgreSQL raises."""

    def __init__(self, sqlstate: str) -> None:
        """Takes the state."""
        super().__init__("duplicate key, locked, refused: prose that says nothing")
        self.sqlstate = sqlstate


def sqlite_error(code: int | None) -> sqlite3.Error:
    error = sqlite3.OperationalError("UNIQUE constraint failed: prose that says nothing")
    if code is not None:
        error.sqlite_errorcode = code
    return error


def translated(error: Exception) -> StorageError:
    with pytest.raises(StorageError) as raised, told("user", "alice"):
        raise error
    assert raised.value.__cause__ is error
    return raised.value


@pytest.mark.parametrize(("state", "expected"), STATES)
def test_a_state_of_postgresql_decides(state: str, expected: type[StorageError]) -> None:
    assert type(translated(DBAPIError("SELECT", {}, PostgresError(state)))) is expected


@pytest.mark.parametrize(("code", "expected"), CODES)
def test_a_code_of_sqlite_decides(code: int | None, expected: type[StorageError]) -> None:
    assert type(translated(DBAPIError("SELECT", {}, sqlite_error(code)))) is expected


@pytest.mark.parametrize(("error", "expected"), OTHERS)
def test_the_class_decides_where_there_is_no_code(error: Exception, expected: type[StorageError]) -> None:
    assert type(translated(error)) is expected


def test_what_was_to_be_written_is_named() -> None:
    already = translated(DBAPIError("INSERT", {}, PostgresError("23505")))
    assert str(already) == "there is already such a user: alice"


def test_errors_that_are_not_the_databases_pass() -> None:
    with pytest.raises(KeyError), told():
        raise KeyError("x")
