"""`weir audit`: shows who changed what, and checks that nobody changed the log itself."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from typing import Annotated, Final

import typer
from google.protobuf.timestamp_pb2 import Timestamp

from gateway_cli.remote import options
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.fields import word_of
from gateway_cli.remote.moments import back, write_moment
from gateway_cli.remote.names import ADMIN_TOKEN
from gateway_cli.remote.output import content_of
from gateway_cli.remote.table import Column
from gateway_cli.shown.audit_diff import short_diff
from weir.admin.v1.audit_entry_pb2 import AuditAction, AuditEntry
from weir.admin.v1.audit_service_pb2 import ListAuditEntriesRequest, VerifyAuditRequest
from weir.admin.v1.audit_service_pb2_grpc import AuditServiceStub

PAGE: Final = 1000
USUAL_LIMIT: Final = 100
OURSELVES: Final = "weir"
COLUMNS: Final[tuple[Column[AuditEntry], ...]] = (
    Column("SEQ", lambda entry: str(entry.sequence)),
    Column("TIME", lambda entry: write_moment(entry.create_time)),
    Column("ACTOR", lambda entry: ADMIN_TOKEN.short(entry.actor.name)),
    Column("ACTION", lambda entry: word_of(AuditAction.DESCRIPTOR, entry.action)),
    Column("KIND", lambda entry: entry.kind),
    Column("UID", lambda entry: entry.uid),
    Column("CHANGE", lambda entry: short_diff(entry.before_json, entry.after_json)),
)


class Kind(StrEnum):
    """The kinds of records that the log tells of."""

    USER = "user"
    API_KEY = "api_key"
    ADMIN_TOKEN = "admin_token"  # noqa: S105 -- a kind of record
    PROVIDER = "provider"
    CREDENTIAL = "credential"
    MODEL = "model"
    LIMIT = "limit"
    PRICE = "price"
    SETTING = "setting"
    SECRET = "secret"  # noqa: S105 -- a kind of record


class Action(StrEnum):
    """What can be done to a record."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    UNDELETE = "undelete"
    REVOKE = "revoke"
    ROTATE = "rotate"
    ADJUST = "adjust"
    REWRAP = "rewrap"


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Shows who changed what, and checks the log of it.")
    add(group, list_entries, "list")
    add(group, verify)
    app.add_typer(group, name="audit")


def list_entries(  # noqa: PLR0913 -- each is an option of the command line
    remote: Remote,
    *,
    actor: Annotated[
        str,
        typer.Option(
            "--actor", help="Changes by this admin token, such as `deploy` or `ci-*`; `weir` is the gateway itself."
        ),
    ] = "",
    kind: Annotated[Kind | None, typer.Option("--kind", help="Changes of records of this kind.")] = None,
    uid: Annotated[str, typer.Option("--uid", help="Changes of this record.")] = "",
    action: Annotated[Action | None, typer.Option("--action", help="Changes of this sort.")] = None,
    since: Annotated[
        Timestamp | None,
        typer.Option(
            "--since", parser=back, metavar="TIME", help="From then on: 24h ago as `24h`, a day, or RFC 3339."
        ),
    ] = None,
    until: Annotated[
        Timestamp | None, typer.Option("--until", parser=back, metavar="TIME", help="Before then, likewise.")
    ] = None,
    filter_: options.FilterOption = "",
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="Stop after so many.")] = USUAL_LIMIT,
) -> None:
    """Lists changes, the newest first, and shows in short what each one changed.

    Example: weir audit list --kind api_key --action revoke --since 7d
    """
    given = {
        "actor": _actor(actor),
        "kind": kind or "",
        "uid": uid,
        "action": (action or "").upper(),
    }
    comparisons = [f"{field} = {quoted(value)}" for field, value in given.items() if value]
    moments = ((">=", since), ("<", until))
    comparisons += [f'create_time {sign} "{moment.ToJsonString()}"' for sign, moment in moments if moment is not None]
    wanted = " AND ".join(part for part in (*comparisons, filter_) if part)
    entries = list(islice(_pages(remote, ListAuditEntriesRequest(filter=wanted), limit), limit))
    if remote.output.is_table:
        rows = [[column.text(entry) for column in COLUMNS] for entry in entries]
        remote.output.show_rows([column.title for column in COLUMNS], rows)
    else:
        remote.output.show_content([content_of(entry) for entry in entries])


def verify(remote: Remote) -> None:
    """Recomputes the log's chain of hashes; ends with status 1 at the first entry that somebody tampered with.

    Example: weir audit verify
    """
    reply = remote.ask(remote.stub(AuditServiceStub).VerifyAudit, VerifyAuditRequest())
    held = f"{reply.verified_count} {'entry holds' if reply.verified_count == 1 else 'entries hold'}"
    if not reply.HasField("first_break"):
        remote.output.show_change(f"the audit log is whole: {held}", reply)
        return
    broken = reply.first_break
    sentence = f"the audit log is broken at entry {broken.sequence}: {broken.message}; before it, {held}"
    remote.output.show_change(sentence, reply)
    raise typer.Exit(1)


def quoted(value: str) -> str:
    """Writes a value for a filter; a `*` at its end stays open."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _actor(given: str) -> str:
    return given if given in ("", OURSELVES) else ADMIN_TOKEN.full(given)


def _pages(remote: Remote, request: ListAuditEntriesRequest, limit: int) -> Iterator[AuditEntry]:
    call = remote.stub(AuditServiceStub).ListAuditEntries
    left = limit
    while True:
        request.page_size = min(left, PAGE)
        reply = remote.ask(call, request)
        yield from reply.audit_entries
        left -= len(reply.audit_entries)
        if not reply.next_page_token:
            return
        request.page_token = reply.next_page_token
