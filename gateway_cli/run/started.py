"""Runs a server on a uvloop event loop; what keeps it from starting becomes one sentence."""

from collections.abc import Awaitable, Callable

import typer
import uvloop

from admin.configuration.problem import ConfigurationRefused
from admin.tls import BadTls
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.run.ready import Say
from gateway_core import listening
from gateway_core.identity.bootstrap import BadBootstrapSecret
from gateway_core.secrets_at_rest.secrets_error import SecretsError
from gateway_core.storage.storage_error import StorageError
from rest_facade import server as http_server

CANNOT_START = (
    StorageError,
    SecretsError,
    BadBootstrapSecret,
    BadTls,
    ConfigurationRefused,
    listening.BindError,
    http_server.BindError,
)
Server = Callable[[Configuration, Say], Awaitable[None]]


def run_to_the_end(server: Server, configuration: Configuration) -> None:
    """Returns when the server has stopped; ends with status 1 if it cannot start."""

    async def running() -> None:
        await server(configuration, typer.echo)

    try:
        uvloop.run(running())
    except (*CANNOT_START, BaseExceptionGroup) as error:
        reason = why(error)
        if reason is None:
            raise
        typer.echo(f"weir cannot start: {reason}", err=True)
        raise typer.Exit(1) from error


def why(error: BaseException) -> BaseException | None:
    """Finds what kept a server from starting, also inside a group: tasks that were begun already make it one."""
    if not isinstance(error, BaseExceptionGroup):
        return error if isinstance(error, CANNOT_START) else None
    known = [why(part) for part in error.exceptions]
    return known[0] if None not in known else None
