"""A key store in one SQLite file of the data directory, with the pepper in a file beside it."""

import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from gateway_core.records.admin_token import AdminToken
from gateway_core.records.api_key import ApiKey
from gateway_core.storage.migrations import migrate
from gateway_core.storage.pepper_file import make_pepper, pepper_id, read_pepper
from gateway_core.storage.storage_error import StorageError

DATABASE = "weir.sqlite3"
PEPPER = "pepper"
LOCK_TIMEOUT = 10.0
PRIMARY_CODE = 0xFF
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class SqliteKeyStore:
    """Keeps keys and tokens in a database. It belongs to the thread that opened it; see `open_key_store`."""

    def __init__(self, connection: sqlite3.Connection, path: Path, pepper: bytes) -> None:
        """Takes a connection in autocommit mode to a database whose schema is up to date."""
        self._connection = connection
        self._path = path
        self._pepper = pepper

    @property
    def pepper(self) -> bytes:
        """Gives the pepper from the file beside the database."""
        return self._pepper

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Holds the database's write lock; an exception undoes everything."""
        with _telling(self._path), _writing(self._connection):
            yield

    def is_empty(self) -> bool:
        """Says whether there is neither a key nor a token."""
        with _telling(self._path):
            (found,) = self._connection.execute(
                "SELECT EXISTS (SELECT 1 FROM api_keys) OR EXISTS (SELECT 1 FROM admin_tokens)"
            ).fetchone()
        return not found

    def add_api_key(self, key_hash: bytes, key: ApiKey, /) -> bool:
        """Adds a key unless its hash is known."""
        row = (key_hash, key.id, key.account_id, key.name, key.hint, _written(key.created_at))
        with _telling(self._path):
            cursor = self._connection.execute(
                "INSERT INTO api_keys (hash, id, account_id, name, hint, created_at) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (hash) DO NOTHING",
                row,
            )
        return cursor.rowcount == 1

    def api_keys(self) -> Mapping[bytes, ApiKey]:
        """Gives every key by its hash."""
        with _telling(self._path):
            rows = self._connection.execute(
                "SELECT hash, id, account_id, name, hint, created_at FROM api_keys ORDER BY created_at, id"
            ).fetchall()
        return {
            key_hash: ApiKey(key_id, account_id, name, hint, datetime.fromisoformat(created_at))
            for key_hash, key_id, account_id, name, hint, created_at in rows
        }

    def add_admin_token(self, token_hash: bytes, token: AdminToken, /) -> bool:
        """Adds a token unless its hash is known."""
        row = (token_hash, token.id, token.name, token.hint, _written(token.created_at))
        with _telling(self._path):
            cursor = self._connection.execute(
                "INSERT INTO admin_tokens (hash, id, name, hint, created_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (hash) DO NOTHING",
                row,
            )
        return cursor.rowcount == 1

    def admin_tokens(self) -> Mapping[bytes, AdminToken]:
        """Gives every token by its hash."""
        with _telling(self._path):
            rows = self._connection.execute(
                "SELECT hash, id, name, hint, created_at FROM admin_tokens ORDER BY created_at, id"
            ).fetchall()
        return {
            token_hash: AdminToken(token_id, name, hint, datetime.fromisoformat(created_at))
            for token_hash, token_id, name, hint, created_at in rows
        }


@contextmanager
def open_key_store(
    data_dir: Path, randomness: Callable[[int], bytes] = secrets.token_bytes, *, lock_timeout: float = LOCK_TIMEOUT
) -> Iterator[SqliteKeyStore]:
    """Opens the store of a data directory, made for the owner only where it is missing; closes it at the end.

    Raises StorageError for a directory that cannot be used, a damaged or newer database, and a pepper that is
    missing or another database's: with it all keys would stop working. Waits at most `lock_timeout` seconds for
    another process that writes.
    """
    path = data_dir / DATABASE
    with _telling_of_files(data_dir):
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    with _telling(path):
        connection = sqlite3.connect(path, timeout=lock_timeout, isolation_level=None)
    with closing(connection):
        with _telling(path), _telling_of_files(data_dir):
            pepper = _prepare(connection, data_dir / PEPPER, randomness)
        yield SqliteKeyStore(connection, path, pepper)


def _prepare(connection: sqlite3.Connection, pepper_path: Path, randomness: Callable[[int], bytes]) -> bytes:
    connection.execute("PRAGMA synchronous = FULL")
    with _writing(connection):
        migrate(connection)
        known = connection.execute("SELECT id FROM pepper").fetchone()
        pepper = read_pepper(pepper_path)
        if known is None:
            pepper = pepper or make_pepper(pepper_path, randomness)
            connection.execute("INSERT INTO pepper (id) VALUES (?)", (pepper_id(pepper),))
        elif pepper is None:
            raise StorageError(
                f"{pepper_path} is missing: without it no key in the database beside it works; restore it from a "
                "backup, or move the database away to start anew"
            )
        elif known[0] != pepper_id(pepper):
            raise StorageError(
                f"{pepper_path} belongs to another database: no key in the one beside it would work; restore the "
                "pepper of this database from a backup"
            )
    _write_ahead(connection)
    return pepper


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switches to write-ahead logging, for good.

    Who finds the database busy leaves it to whoever is at it, or to the next start: nothing but speed is lost.
    """
    with suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = WAL")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


@contextmanager
def _writing(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        yield


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        if code & PRIMARY_CODE in DAMAGED:
            raise StorageError(
                f"{path} is damaged or no database: restore it from a backup, or move it away to start anew"
            ) from error
        raise StorageError(f"cannot use the database {path}: {error}") from error


@contextmanager
def _telling_of_files(data_dir: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot use the data directory {data_dir}: {error.strerror} ({error.filename or data_dir})"
        ) from error
