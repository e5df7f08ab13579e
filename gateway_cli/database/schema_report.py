"""Says in words where a database's schema stands and what to do about it."""

import asyncio
from dataclasses import asdict, dataclass

from gateway_cli.database.named_database import NamedDatabase, named_database
from gateway_core.settings import CoreSettings
from gateway_core.storage.schema import REVISIONS, SchemaStatus, refuse_unfit
from gateway_core.storage.storage_error import SchemaIncompatible


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What `weir migrate status` tells. `current` is empty where there is no schema, `pending` what `up` would do.

    `serves` says whether this version of Weir works with the database as it is, or makes it so when it starts;
    `sentence` says why, or why not.
    """

    database: str
    current: str
    newest: str
    pending: tuple[str, ...]
    serves: bool
    sentence: str

    def lines(self) -> str:
        """Writes the report for people."""
        lines = {
            "database": self.database,
            "schema": self.current or "none",
            "newest": self.newest,
            "up would do": ", ".join(self.pending) or "nothing",
            "can serve": f"{'yes' if self.serves else 'no'}: {self.sentence}",
        }
        return "".join(f"{name:<13}{value}\n" for name, value in lines.items())

    def content(self) -> dict[str, object]:
        """Gives the report for programs."""
        return {**asdict(self), "pending": list(self.pending)}


def report_on(settings: CoreSettings) -> SchemaReport:
    """Asks the database that settings name. Raises StorageError."""
    database = named_database(settings)
    return schema_report(database, asyncio.run(database.status()))


def schema_report(database: NamedDatabase, status: SchemaStatus) -> SchemaReport:
    """Judges a schema."""
    serves, sentence = _judge(database, status)
    return SchemaReport(
        database=database.shown,
        current=status.revision or "",
        newest=REVISIONS[-1],
        pending=pending(status),
        serves=serves,
        sentence=sentence,
    )


def pending(status: SchemaStatus) -> tuple[str, ...]:
    """Gives the revisions that `up` would reach; none where only a newer version knows the way."""
    if status.revision is None:
        return REVISIONS
    return REVISIONS[REVISIONS.index(status.revision) + 1 :] if status.known else ()


def _judge(database: NamedDatabase, status: SchemaStatus) -> tuple[bool, str]:
    if status.revision is None:
        return True, "the database is empty: the first start makes the schema, and so does `weir migrate up`"
    if database.is_ours and pending(status):
        return True, "the next start brings this file up to date by itself, and so does `weir migrate up`"
    try:
        refuse_unfit(status)
    except SchemaIncompatible as refused:
        return False, str(refused)
    if status.known:
        return True, "the schema is the one that this version makes"
    return True, "a newer version made the schema, and it still serves this one"
