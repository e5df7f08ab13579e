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
from gateway_cli.environment import read_environment

COMPLETION = "gateway_cli.commands.completion"


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
    CommandRow("admin", "gateway_cli.commands.admin", "Starts the admin service alone, for cores on one database."),
    CommandRow("facade", "gateway_cli.commands.facade", "Starts the REST facade alone; it dials a core."),
    CommandRow(
        "config", "gateway_cli.commands.config", "Checks and shows the configuration, and brings it to a gateway."
    ),
    CommandRow("migrate", "gateway_cli.commands.migrate", "Looks after the schema of the database."),
    CommandRow("doctor", "gateway_cli.commands.doctor", "Examines the gateway and what it needs, and says what to do."),
    CommandRow("audit", "gateway_cli.commands.audit", "Shows who changed what, and checks the log of it."),
    CommandRow("secrets", "gateway_cli.commands.secrets", "Looks after the master keys that secrets are sealed with."),
    CommandRow("completion", COMPLETION, "Writes the script by which a shell completes commands."),
    CommandRow("users", "gateway_cli.commands.users", "Keeps the users: who may call, and on whose account."),
    CommandRow("keys", "gateway_cli.commands.keys", "Keeps the API keys of users."),
    CommandRow("tokens", "gateway_cli.commands.tokens", "Keeps the admin tokens, by which administrators come in."),
    CommandRow("providers", "gateway_cli.commands.providers", "Keeps the providers: the places that answer."),
    CommandRow("credentials", "gateway_cli.commands.credentials", "Keeps the gateway's own accounts at providers."),
    CommandRow("models", "gateway_cli.commands.models", "Keeps the models that callers may ask for."),
    CommandRow("limits", "gateway_cli.commands.limits", "Keeps the limits: how much may be used."),
    CommandRow("prices", "gateway_cli.commands.prices", "Keeps what providers charge."),
    CommandRow("settings", "gateway_cli.commands.settings", "Keeps what is decided for the whole gateway."),
    CommandRow("profiles", "gateway_cli.commands.profiles", "Keeps the gateways one administers, by name."),
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
    """Runs the command line, or answers a shell that asks how to complete one; it ends the process."""
    arguments, environment = sys.argv[1:], read_environment()
    if environment.get("_WEIR_COMPLETE"):
        completion = importlib.import_module(COMPLETION)
        completion.understand_shells()
        arguments = completion.asked_words(environment)
    build(arguments)(prog_name="weir")


if __name__ == "__main__":
    main()
