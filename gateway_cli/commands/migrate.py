"""`weir migrate`: moves the schema of the database forward and back. It works on the database, through no gateway."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from gateway_cli.commands import server_options as options
from gateway_cli.commands.config import load_or_exit
from gateway_cli.remote.output import Format, Output
from gateway_core.settings import CoreSettings
from gateway_core.storage.storage_error import StorageError

FormatOption: TypeAlias = Annotated[Format, typer.Option("--output", "-o", help="How the result is written.")]
NOTHING_LEFT = "base"
MIGRATING, REPORTING = "gateway_cli.database.migrating", "gateway_cli.database.schema_report"
NO_RIGHT = ("42501", "3F000")


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Looks after the schema of the database.")
    group.command("status")(status)
    group.command("up")(up)
    group.command("down")(down)
    app.add_typer(group, name="migrate")


def up(
    revision: Annotated[str | None, typer.Argument(help="Where to stop; else at the newest.")] = None,
    *,
    config: options.FileOption = None,
    data_dir: options.DataOption = None,
) -> None:
    """Moves the schema forward, all steps in one transaction. Cores of the release before go on meanwhile.

    Example: weir migrate up --config weir.yaml
    """
    moved = run(MIGRATING, lambda work, settings: work.up(settings, revision), config, data_dir)
    done = f"migrated up: {', '.join(moved.steps)}"
    typer.echo(done if moved.steps else f"nothing to do: {moved.database} has {moved.target} already")


def down(
    revision: Annotated[str, typer.Argument(help="Where to stop: a revision, or `base` for no schema at all.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Needed for `base`, which drops every record.")] = False,
    config: options.FileOption = None,
    data_dir: options.DataOption = None,
) -> None:
    """Moves the schema back, for a release that does not know it. What only newer schemas keep is lost.

    Example: weir migrate down 0001
    """
    if revision == NOTHING_LEFT and not yes:
        raise typer.BadParameter("`base` drops every record of the gateway; say `--yes` if that is what you want")
    target = None if revision == NOTHING_LEFT else revision
    moved = run(MIGRATING, lambda work, settings: work.down(settings, target), config, data_dir)
    done = f"migrated down, undone: {', '.join(moved.steps)}"
    typer.echo(done if moved.steps else f"nothing to do: {revision} is not below")


def status(
    *,
    output: FormatOption = Format.TABLE,
    config: options.FileOption = None,
    data_dir: options.DataOption = None,
) -> None:
    """Says which schema the database has, what `up` would do, and whether this version can serve. Changes nothing.

    Example: weir migrate status --output json
    """
    report = run(REPORTING, lambda work, settings: work.report_on(settings), config, data_dir)
    out = Output(output, sys.stdout, styled=False)
    if out.is_table:
        typer.echo(report.lines(), nl=False)
    else:
        out.show_content(report.content())


def run(work: str, ask: Callable[[Any, CoreSettings], Any], config: Path | None, data_dir: str | None) -> Any:  # noqa: ANN401 -- what is imported late has no type here
    """Gives what the work on the database of the configuration comes to, or ends with status 1 and a sentence.

    The libraries for the work take 0.3 s to import, so that only who works on a database waits for them.
    """
    settings = load_or_exit(config, {"WEIR_DATA_DIR": data_dir}, err=True).core
    try:
        return ask(importlib.import_module(work), settings)
    except StorageError as error:
        typer.secho(f"weir migrate: {error}{advice(error)}", err=True, fg=typer.colors.RED)
        raise typer.Exit(1) from error


def advice(error: StorageError) -> str:
    """Says what to do about a refusal that the database explains by a code."""
    refusal = getattr(error.__cause__, "orig", None)
    if getattr(refusal, "sqlstate", None) in NO_RIGHT:
        return "; migrate as the owner of the tables, or GRANT CREATE, USAGE ON SCHEMA public to this role"
    return ""
