"""`weir version`: says which version is installed. It imports nothing heavy, for scripts call it often."""

from importlib.metadata import version as version_of
from typing import Annotated

import typer

DISTRIBUTION = "weir-gateway"


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("version")(version)


def version(*, as_json: Annotated[bool, typer.Option("--json", help="Write a JSON object.")] = False) -> None:
    """Says which version this is.

    Example: weir version --json
    """
    number = version_of(DISTRIBUTION)
    typer.echo(f'{{"name":"weir","version":"{number}"}}' if as_json else f"weir {number}")


def show_version(asked: bool) -> None:  # noqa: FBT001 -- typer calls it with the option's value
    """Answers `weir --version`."""
    if asked:
        version()
        raise typer.Exit
