"""`weir config plan|apply|export|watch`: brings a file and a running gateway together. The gateway reads the file."""

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, TypeAlias

import orjson
import typer
import yaml

from admin.configuration.substitution import names_in
from gateway_cli.configuration.config_file import find_file
from gateway_cli.environment import read_environment
from gateway_cli.remote import options
from gateway_cli.remote.command import add
from gateway_cli.remote.connection import Remote
from gateway_cli.remote.failures import RemoteFailed
from gateway_cli.remote.fields import word_of
from gateway_cli.remote.names import API_KEY
from gateway_cli.remote.output import KEPT_BY_THE_READER, Format, content_of
from gateway_cli.shown.plan import is_refused, lines_of, problem_lines, sum_of
from weir.admin.v1.audit_entry_pb2 import AuditAction
from weir.admin.v1.config_change_pb2 import ConfigProblem
from weir.admin.v1.config_service_pb2 import (
    ApplyConfigRequest,
    ApplyConfigResponse,
    ExportConfigRequest,
    PlanConfigRequest,
    PlanConfigResponse,
    WatchConfigRequest,
)
from weir.admin.v1.config_service_pb2_grpc import ConfigServiceStub
from weir.admin.v1.config_watch_pb2 import ConfigEvent
from weir.admin.v1.managed_by_pb2 import ManagedBy

FROM_STDIN: Final = "-"
CHANGES_AHEAD: Final = 2
FileOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--file", "-f", metavar="FILE", help="The file; `-` is stdin. Else that of WEIR_CONFIG, else weir.yaml here."
    ),
]


class Owner(StrEnum):
    """Who may look after a record."""

    API = "api"
    FILE = "file"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file as it is sent: its name for people, its text, and the variables that it names and that are set."""

    name: str
    text: str
    variables: Mapping[str, str]


def register(group: typer.Typer) -> None:
    """Adds the commands to the group `config`."""
    add(group, plan)
    add(group, apply)
    add(group, export)
    add(group, watch)


def plan(
    remote: Remote,
    *,
    file: FileOption = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="End with status 2 if there is something to change.")
    ] = False,
) -> None:
    """Says what applying a file would change, record by record. It changes nothing.

    The variables that the file names as `${NAME}` are taken from this environment, and no others leave it.

    Example: weir config plan -f weir.yaml --detailed-exitcode
    """
    written = read_file(file)
    planned = _plan(remote, written)
    if remote.output.is_table:
        _show(planned, written.name)
    else:
        remote.output.show_content(content_of(planned))
    if is_refused(planned.problems):
        raise typer.Exit(1)
    if detailed_exitcode and planned.changes:
        raise typer.Exit(CHANGES_AHEAD)


def apply(
    remote: Remote,
    *,
    file: FileOption = None,
    etag: Annotated[
        str, typer.Option("--etag", metavar="ETAG", help="The etag of the plan to carry out; refuses if it is stale.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    request_id: options.RequestIdOption,
) -> None:
    """Makes the records as a file says: all of it, or nothing. It shows the plan, and carries out just that.

    Example: weir config apply -f weir.yaml --yes
    """
    written = read_file(file)
    planned = _plan(remote, written)
    if is_refused(planned.problems):
        _report(planned.problems, written.name)
        raise typer.Exit(1)
    if etag not in ("", planned.etag):
        raise RemoteFailed("the file, or what it rests on, is not what it was when it was planned: plan it again")
    if remote.output.is_table:
        _show(planned, written.name)
    if planned.changes and not yes:
        _ask_first(file)
    request = ApplyConfigRequest(
        yaml=written.text, variables=written.variables, etag=planned.etag, request_id=request_id
    )
    reply = remote.ask(remote.stub(ConfigServiceStub).ApplyConfig, request)
    if remote.output.is_table:
        _tell(remote, reply)
    else:
        remote.output.show_content(content_of(reply))


def export(
    remote: Remote,
    *,
    managed_by: Annotated[
        Owner | None, typer.Option("--managed-by", help="Only what was made so: by an rpc, a file or the first start.")
    ] = None,
) -> None:
    """Writes the records as a file, without secrets. Applying it changes nothing, but that the file looks after them.

    Example: weir config export --managed-by api > weir.yaml
    """
    wanted = ManagedBy.Value(f"MANAGED_BY_{managed_by.upper()}") if managed_by else ManagedBy.MANAGED_BY_UNSPECIFIED
    reply = remote.ask(remote.stub(ConfigServiceStub).ExportConfig, ExportConfigRequest(managed_by=wanted))
    if remote.output.form is Format.JSON:
        remote.output.show_content(content_of(reply))
    else:
        typer.echo(reply.yaml, nl=False)


def watch(
    remote: Remote,
    *,
    since: Annotated[
        int | None, typer.Option("--since", min=0, metavar="VERSION", help="Begin behind this version; else with now.")
    ] = None,
) -> None:
    """Tells of every change as it happens, a line each, until it is interrupted. With `-o json`, a JSON object each.

    Example: weir config watch -o json
    """
    watcher = f"weir-cli@{socket.gethostname()}:{os.getpid()}"
    request = WatchConfigRequest(watcher_id=watcher, resume_version=since)
    reachable = True
    with suppress(KeyboardInterrupt):
        for reply in remote.follow(remote.stub(ConfigServiceStub).WatchConfig, request):
            for event in reply.events:
                typer.echo(_line_of(event, remote.output.form), nl=False)
            if reply.progress.store_reachable is not reachable:
                reachable = reply.progress.store_reachable
                state = "answers again" if reachable else "does not answer"
                typer.echo(f"weir: the gateway's database {state}", err=True)


def read_file(given: str | None) -> WrittenFile:
    """Reads the file and picks its variables. Raises BadParameter."""
    environment = read_environment()
    if given == FROM_STDIN:
        name, content = "stdin", sys.stdin.buffer.read()
    else:
        path = find_file(None if given is None else Path(given), environment, Path())
        if path is None:
            raise typer.BadParameter("which file? There is no weir.yaml here: use -f, or set WEIR_CONFIG")
        name, content = str(path), _content(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise typer.BadParameter(f"{name} is not UTF-8") from error
    variables = {variable: environment[variable] for variable in sorted(names_in(text)) if variable in environment}
    return WrittenFile(name, text, variables)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be read: {error.strerror}") from error


def _plan(remote: Remote, written: WrittenFile) -> PlanConfigResponse:
    request = PlanConfigRequest(yaml=written.text, variables=written.variables)
    return remote.ask(remote.stub(ConfigServiceStub).PlanConfig, request)


def _show(planned: PlanConfigResponse, name: str) -> None:
    colours = False if read_environment().get("NO_COLOR") else None
    _report(planned.problems, name)
    if not is_refused(planned.problems):
        for line in lines_of(planned.changes, name):
            typer.secho(line.text, fg=line.colour or None, color=colours)


def _report(problems: Sequence[ConfigProblem], name: str) -> None:
    for line in problem_lines(problems, name):
        typer.echo(line, err=True)


def _ask_first(file: str | None) -> None:
    """Asks a person; where there is none, nothing may be done without `--yes`."""
    if file == FROM_STDIN or not sys.stdin.isatty():
        raise typer.BadParameter("nobody is there to ask: say --yes to carry out the plan")
    typer.confirm("carry this out?", abort=True, err=True)


def _tell(remote: Remote, reply: ApplyConfigResponse) -> None:
    done = f"done: {sum_of(reply.changes)}" if reply.changes else "nothing was changed"
    remote.output.tell(f"{done}; configuration {reply.configuration_version} is in force")
    for issued in reply.issued_secrets:
        remote.output.tell(f"api key {API_KEY.short(issued.api_key)} ({KEPT_BY_THE_READER}): {issued.secret}")


def _line_of(event: ConfigEvent, form: Format) -> str:
    action = word_of(AuditAction.DESCRIPTOR, event.action)
    if form is Format.TABLE:
        return f"{event.version:>8}  {action:<8}  {event.kind:<11}  {event.uid}\n"
    line = {"version": event.version, "action": action, "kind": event.kind, "uid": event.uid}
    return f"{orjson.dumps(line).decode()}\n" if form is Format.JSON else yaml.safe_dump([line], sort_keys=False)
