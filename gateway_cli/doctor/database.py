"""Checks that the database can be reached, has a schema that this version works with, and answers quickly."""

import asyncio
from collections.abc import Iterator

from gateway_cli.database.named_database import NamedDatabase, named_database
from gateway_cli.database.schema_report import schema_report
from gateway_cli.database.stored import read_stored
from gateway_cli.doctor.case import Case, ClockReading
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine
from gateway_core.storage.schema import SchemaStatus
from gateway_core.storage.storage_error import SchemaIncompatible, StorageError

SUBJECT = "database"
SLOW = 0.1


def check_database(case: Case) -> Iterator[Finding]:
    """Reads what the database holds, for the checks that follow, too. It makes no database and migrates none."""
    if case.configuration is None:
        return
    database = named_database(case.configuration.core)
    try:
        yield from _look(case, database)
    except SchemaIncompatible as error:
        yield broken(SUBJECT, f"{database.shown}: {error}", "`weir migrate status` says more")
    except StorageError as error:
        yield broken(SUBJECT, f"{database.shown}: {error}", "see that it runs, and that WEIR_DATABASE_URL leads to it")


def _look(case: Case, database: NamedDatabase) -> Iterator[Finding]:
    status = asyncio.run(database.status())
    report = schema_report(database, status)
    if status.revision is None or not status.fits:
        case.is_new = status.revision is None
        yield _unread(database, status, report.sentence, serves=report.serves)
        return
    case.stored = stored = read_stored(database, case.now)
    if stored.clock is not None:
        case.clocks.append(ClockReading("the database", stored.clock, stored.read_at))
    yield judge_answer(f"{database.shown} has schema {status.revision}", stored.seconds)


def judge_answer(facts: str, seconds: float) -> Finding:
    """Judges how long one question took."""
    sentence = f"{facts} and answers in {seconds * 1000:.1f} ms"
    if seconds > SLOW:
        return doubtful(SUBJECT, sentence, "that is slow: see what keeps it busy, or how far away it is")
    return fine(SUBJECT, sentence)


def _unread(database: NamedDatabase, status: SchemaStatus, sentence: str, *, serves: bool) -> Finding:
    if status.revision is None:
        return fine(SUBJECT, f"{database.shown}: {sentence}")
    if serves:
        return doubtful(SUBJECT, f"{database.shown} has schema {status.revision}: {sentence}")
    return broken(SUBJECT, f"{database.shown}: {sentence}", "`weir migrate status` says more")
