"""Finds the way to a database by its address. The only file that knows every kind of database there is."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from gateway_core.storage.engines import Engines
from gateway_core.storage.postgresql import open_postgresql
from gateway_core.storage.sqlite import open_sqlite
from gateway_core.storage.storage_error import StorageError

FILE = "weir.sqlite3"
SQLITE = "sqlite:///"
POSTGRESQL = ("postgresql", "postgres", "postgresql+asyncpg")
KINDS = "postgresql://user@host/database or sqlite:///path"


def open_database(address: str, *, migrating: bool = False) -> Engines:
    """Makes engines for the database at an address; nothing is connected yet.

    Raises StorageError for an address that names no database Weir can use. It never repeats one: it may hold a
    password.
    """
    if address.startswith(SQLITE) and len(address) > len(SQLITE):
        return open_sqlite(Path(address.removeprefix(SQLITE)), foreign_keys=not migrating)
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.drivername not in POSTGRESQL or not url.database:
        raise StorageError(f"the address of the database must look like {KINDS}")
    return open_postgresql(url.set(drivername="postgresql").render_as_string(hide_password=False))


def address_of_file(data_dir: Path) -> str:
    """Gives the address of the database that a gateway keeps in its data directory."""
    return f"{SQLITE}{data_dir / FILE}"
