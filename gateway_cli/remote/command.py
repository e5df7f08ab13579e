"""Adds remote commands: each takes the options of the connection too, and is handed a Remote instead of them."""

import functools
import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, is_dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TextIO, TypeGuard, TypeVar

import typer

from gateway_cli.environment import read_environment
from gateway_cli.remote import options
from gateway_cli.remote.connection import Remote, opened_remote
from gateway_cli.remote.destination import find_destination
from gateway_cli.remote.failures import RemoteFailed
from gateway_cli.remote.moments import read_seconds
from gateway_cli.remote.output import Format, Output
from gateway_cli.remote.profiles import Profile, place_of, read_book

P = ParamSpec("P")
B = TypeVar("B")
PATIENCE = "10s"
HANDED_IN = "remote"


@dataclass(frozen=True, slots=True)
class Connection:
    """What the options of the connection say. Its fields are these options."""

    admin: options.AdminOption = None
    profile: options.ProfileOption = None
    token_file: options.TokenFileOption = None
    ca_file: options.CaOption = None
    cert_file: options.CertOption = None
    key_file: options.KeyOption = None
    timeout: options.TimeoutOption = PATIENCE
    form: options.OutputOption = Format.TABLE


def add(
    group: typer.Typer,
    run: Callable[Concatenate[Remote, P], None],
    name: str | None = None,
    *,
    connection: type[Connection] = Connection,
) -> None:
    """Adds a command to a group. `run` takes the Remote first, as `remote`. Its docstring is the help.

    Without a name the command is called as `run` is.
    A parameter whose type is a dataclass stands for the options that are this class's fields.
    """
    own = [parameter for parameter in inspect.signature(run).parameters.values() if parameter.name != HANDED_IN]
    bundles = {parameter.name: parameter.annotation for parameter in own if _is_bundle(parameter.annotation)}

    @functools.wraps(run)
    def command(*args: P.args, **given: P.kwargs) -> None:
        asked = _gathered(connection, given)
        for bundle, kind in bundles.items():
            given[bundle] = _gathered(kind, given)
        try:
            with opened(asked, read_environment()) as remote:
                run(remote, *args, **given)
        except RemoteFailed as failed:
            typer.echo(f"weir: {failed}", err=True)
            raise typer.Exit(failed.status) from failed

    parameters = [one for parameter in own for one in _spread(parameter, bundles)] + _fields_of(connection)
    vars(command)["__signature__"] = inspect.Signature(parameters)
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    group.command(name)(command)


def _is_bundle(annotation: object) -> TypeGuard[type]:
    return isinstance(annotation, type) and is_dataclass(annotation)


def _spread(parameter: inspect.Parameter, bundles: Mapping[str, type]) -> list[inspect.Parameter]:
    return _fields_of(bundles[parameter.name]) if parameter.name in bundles else [parameter]


def _fields_of(bundle: type) -> list[inspect.Parameter]:
    fields = inspect.signature(bundle).parameters.values()
    return [field.replace(kind=inspect.Parameter.KEYWORD_ONLY) for field in fields]


def _gathered(bundle: type[B], given: dict[str, Any]) -> B:
    """Takes what was given for the fields of a bundle and makes it one."""
    return bundle(**{name: given.pop(name) for name in inspect.signature(bundle).parameters})


def opened(connection: Connection, environment: Mapping[str, str]) -> AbstractContextManager[Remote]:
    """Opens the connection that options and environment describe. Raises BadParameter."""
    given = Profile(
        admin=connection.admin or "",
        token_file=connection.token_file or "",
        ca_file=text_of(connection.ca_file),
        cert_file=text_of(connection.cert_file),
        key_file=text_of(connection.key_file),
    )
    destination = find_destination(given, connection.profile, environment, read_book(place_of(environment)))
    return opened_remote(destination, read_seconds(connection.timeout), output_of(connection.form, environment))


def output_of(form: Format, environment: Mapping[str, str], stream: TextIO | None = None) -> Output:
    """Makes the writer of results, to stdout if nothing is said; a terminal that wants colours gets them."""
    stream = stream or sys.stdout
    return Output(form, stream, styled=stream.isatty() and not environment.get("NO_COLOR"))


def text_of(path: Path | None) -> str:
    """Writes a path that may not be given."""
    return "" if path is None else str(path)
