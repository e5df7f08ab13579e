"""`weir config`: says what is wrong with a configuration, and what is in effect. It never shows a secret."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, TypeAlias

import typer

from admin.configuration.problem import ConfigurationRefused
from gateway_cli.configuration.config_file import find_file, load_file
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.reference import reference_page
from gateway_cli.configuration.written import write
from gateway_cli.environment import read_environment

NOTHING_GIVEN: Mapping[str, str | None] = MappingProxyType({})
FileOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config", "--file", "-f", help="The file; else the one of WEIR_CONFIG, else weir.yaml in this folder."
    ),
]


def register(app: typer.Typer) -> None:
    """Adds the group and its commands."""
    group = typer.Typer(no_args_is_help=True, help="Checks and shows the configuration, and brings it to a gateway.")
    group.command("check")(check)
    group.command("show")(show)
    group.command("reference")(reference)
    importlib.import_module("gateway_cli.commands.config_remote").register(group)
    app.add_typer(group, name="config")


def check(file: FileOption = None) -> None:
    """Says everything that is wrong, line by line, or what the configuration amounts to.

    Example: weir config check -f weir.yaml
    """
    configuration = load_or_exit(file)
    for note in configuration.notes:
        typer.echo(f"note: {note}")
    for warning in configuration.warnings:
        typer.echo(f"warning: {warning}")
    declared = configuration.declared
    counts = [count(len(declared.providers), "provider"), count(len(declared.models), "model")]
    typer.echo(f"OK: {', '.join([*counts, *([count(len(declared.users), 'user')] if declared.users else [])])}")


def show(file: FileOption = None) -> None:
    """Shows what is in effect, file, variables and defaults taken together. Secrets are masked.

    Example: weir config show -f weir.yaml
    """
    typer.echo(write(load_or_exit(file)), nl=False)


def reference() -> None:
    """Writes the page that documents every setting.

    Example: weir config reference > docs/settings.md
    """
    typer.echo(reference_page(), nl=False)


def load_or_exit(
    file: Path | None, given: Mapping[str, str | None] = NOTHING_GIVEN, *, err: bool = False
) -> Configuration:
    """Loads the configuration, or shows every problem and ends with status 1.

    `given` holds what options say in the place of variables; what is None was not given.
    """
    environment = {**read_environment(), **{name: value for name, value in given.items() if value is not None}}
    try:
        return load_file(find_file(file, environment, Path()), environment)
    except ConfigurationRefused as refused:
        for problem in refused.problems:
            typer.echo(str(problem), err=err)
        raise typer.Exit(1) from refused


def count(number: int, noun: str) -> str:
    """Writes how many there are of something."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
