"""The database's schema as an ordered list of steps. A step that was released never changes; new ones follow it."""

import sqlite3

from gateway_core.storage.storage_error import StorageError

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE schema_version (version INTEGER NOT NULL)",
        "CREATE TABLE pepper (id BLOB NOT NULL)",
        """CREATE TABLE api_keys (
            hash BLOB NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            account_id TEXT NOT NULL,
            name TEXT NOT NULL,
            hint TEXT NOT NULL,
            created_at TEXT NOT NULL
        )""",
        """CREATE TABLE admin_tokens (
            hash BLOB NOT NULL PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            hint TEXT NOT NULL,
            created_at TEXT NOT NULL
        )""",
    ),
)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings the schema up to date inside the transaction that is open; refuses a schema newer than this list."""
    version = _find_version(connection)
    if version > len(MIGRATIONS):
        raise StorageError(
            f"the database has schema {version}, this version of Weir knows schemas up to {len(MIGRATIONS)}: "
            "start the newer version, or choose another data directory"
        )
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES (?)", (number,))


def _find_version(connection: sqlite3.Connection) -> int:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_version'").fetchone() is None:
        return 0
    (version,) = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    return int(version)
