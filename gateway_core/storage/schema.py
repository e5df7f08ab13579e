"""Whether a database's schema and this version of Weir fit each other, and how an empty database gets its schema.

It knows the names of the migrations, not what they do: an empty database needs none of them.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
    text,
)

from gateway_core.storage.engines import Engines
from gateway_core.storage.failures import told
from gateway_core.storage.storage_error import SchemaBehind, SchemaIncompatible
from gateway_core.storage.tables import GATEWAY_STATE, METADATA, SCHEMA_COMPATIBILITY

REVISIONS: Final = ("0001", "0002")
SERVES_FROM: Final = "0001"
ALEMBIC: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """What a database says of its schema: its revision, and the oldest revision whose code it still serves.

    Both are `None` where there is no schema.
    """

    revision: str | None
    serves_from: str | None

    @property
    def known(self) -> bool:
        """Says whether this version knows the revision; if not, a newer version made it."""
        return self.revision in REVISIONS

    @property
    def fits(self) -> bool:
        """Says whether this version can work with the schema: its own, or a newer one that still serves it."""
        return self.revision == REVISIONS[-1] or (not self.known and self.serves_from in REVISIONS)


def read_status(connection: Connection) -> SchemaStatus:
    """Asks the database."""
    tables = set(inspect(connection).get_table_names())
    revision = connection.scalar(select(ALEMBIC.c.version_num)) if ALEMBIC.name in tables else None
    if revision is None:
        strange = sorted(tables & METADATA.tables.keys())
        if strange:
            raise SchemaIncompatible(
                f"the database holds tables that are not Weir's ({', '.join(strange)}): give it a database of its own"
            )
        return SchemaStatus(None, None)
    return SchemaStatus(revision, connection.scalar(select(SCHEMA_COMPATIBILITY.c.serves_from)))


def refuse_unfit(status: SchemaStatus) -> None:
    """Raises SchemaIncompatible with what to do, if this version cannot work with the schema."""
    newest = REVISIONS[-1]
    if status.fits:
        return
    if status.revision is None:
        raise SchemaBehind("the database has no schema yet: run `weir migrate up`")
    if status.known:
        raise SchemaBehind(
            f"the database has schema {status.revision}, this version of Weir needs {newest}: run `weir migrate up`"
        )
    raise SchemaIncompatible(
        f"the database has schema {status.revision}, which serves versions that know {status.serves_from}; this "
        f"one knows schemas up to {newest}: start a newer version, or run `weir migrate down` with the newer one"
    )


async def require_compatible(engines: Engines) -> SchemaStatus:
    """Gives the status of a schema that this version can work with. Raises SchemaIncompatible for any other."""
    with told():
        async with engines.reading.connect() as connection:
            status = await connection.run_sync(read_status)
    refuse_unfit(status)
    return status


async def create_if_empty(engines: Engines) -> bool:
    """Gives an empty database the newest schema, and says whether it was empty. Of several processes, one does it."""
    with told():
        async with engines.writing.begin() as connection:
            return await connection.run_sync(_create_if_empty, engines.exclusively)


def _create_if_empty(connection: Connection, exclusively: str | None) -> bool:
    if exclusively:
        connection.execute(text(exclusively))
    if read_status(connection).revision is not None:
        return False
    METADATA.create_all(connection, checkfirst=False)
    ALEMBIC.create(connection, checkfirst=True)
    connection.execute(insert(ALEMBIC).values(version_num=REVISIONS[-1]))
    connection.execute(insert(GATEWAY_STATE).values(id=1, version=0, audit_sequence=0, audit_hash=b""))
    connection.execute(insert(SCHEMA_COMPATIBILITY).values(id=1, serves_from=SERVES_FROM))
    return True
