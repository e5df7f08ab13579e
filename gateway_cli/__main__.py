"""The `weir` command: which commands there are, and where. It imports only the one that is called.

A command module has a `register(app)` that adds its command under the name of its row here.
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from gateway_cli.commands.version import show_version


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command, the module that adds it, and what `weir --help` says of it."""

    name: str
    module: str
    summary: str


COMMANDS = (
    CommandRow("chat", "gateway_cli.commands.chat", "Asks a model through a gateway that runs, and shows the answer."),
    CommandRow("up", "gateway_cli.commands.up", "Starts the whole gateway in one process."),
    CommandRow("core", "gateway_cli.commands.core", "Starts the core alone: gRPC for services and facades."),
    CommandRow("facade", "gateway_cli.commands.facade", "Starts the REST facade alone; it dials a core."),
    CommandRow("config", "gateway_cli.commands.config", "Checks and shows the configuration."),
    CommandRow("version", "gateway_cli.commands.version", "Says which version this is."),
)


def root(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", is_eager=True, callback=show_version)
    ] = False,
) -> None:
    """Weir: one gateway in front of many model providers."""
    del version


def describe() -> None:
    """Stands for a command that is listed and not called."""


def build(arguments: Sequence[str]) -> typer.Typer:
    """Makes the command line, with the command that the arguments call and mere descriptions of the others."""
    app = typer.Typer(
        name="weir",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    called = next((argument for argument in arguments if not argument.startswith("-")), None)
    for row in COMMANDS:
        if row.name == called:
            importlib.import_module(row.module).register(app)
        else:
            app.command(row.name, help=row.summary)(describe)
    return app


def main() -> None:
    """Runs the command line; it ends the process."""
    build(sys.argv[1:])(prog_name="weir")


if __name__ == "__main__":
    main()
