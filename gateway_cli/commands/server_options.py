"""The options that all commands that run a server share: each stands for a variable and wins over it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from gateway_cli.commands.config import FileOption
from gateway_cli.configuration.config_file import find_file, load_file
from gateway_cli.configuration.configuration import Configuration
from gateway_cli.configuration.problem import ConfigurationRefused
from gateway_cli.environment import read_environment

HttpOption: TypeAlias = Annotated[str | None, typer.Option("--http-listen", help="Where REST listens: host:port.")]
GrpcOption: TypeAlias = Annotated[str | None, typer.Option("--grpc-listen", help="Where gRPC listens: host:port.")]
DataOption: TypeAlias = Annotated[str | None, typer.Option("--data-dir", help="Where keys are kept.")]
CoreOption: TypeAlias = Annotated[str | None, typer.Option("--core", help="The core to dial: dns:///host:port.")]
LevelOption: TypeAlias = Annotated[str | None, typer.Option("--log-level", help="debug, info, warning or error.")]
FormatOption: TypeAlias = Annotated[str | None, typer.Option("--log-format", help="text or json.")]

__all__ = ["CoreOption", "DataOption", "FileOption", "FormatOption", "GrpcOption", "HttpOption", "LevelOption"]


def configured(file: Path | None, options: Mapping[str, str | None]) -> Configuration:
    """Loads the configuration with the options given; shows every problem and ends with status 1."""
    given = {name: value for name, value in options.items() if value is not None}
    environment = {**read_environment(), **given}
    try:
        return load_file(find_file(file, environment, Path()), environment)
    except ConfigurationRefused as refused:
        for problem in refused.problems:
            typer.echo(str(problem), err=True)
        raise typer.Exit(1) from refused
