"""The options that all commands that run a server share: each stands for a variable and wins over it."""

from typing import Annotated, TypeAlias

import typer

from gateway_cli.commands.config import FileOption

HttpOption: TypeAlias = Annotated[str | None, typer.Option("--http-listen", help="Where REST listens: host:port.")]
GrpcOption: TypeAlias = Annotated[str | None, typer.Option("--grpc-listen", help="Where gRPC listens: host:port.")]
AdminOption: TypeAlias = Annotated[
    str | None, typer.Option("--admin-listen", help="Where administration listens: host:port.")
]
DataOption: TypeAlias = Annotated[str | None, typer.Option("--data-dir", help="Where keys are kept.")]
CoreOption: TypeAlias = Annotated[str | None, typer.Option("--core", help="The core to dial: dns:///host:port.")]
LevelOption: TypeAlias = Annotated[str | None, typer.Option("--log-level", help="debug, info, warning or error.")]
FormatOption: TypeAlias = Annotated[str | None, typer.Option("--log-format", help="text or json.")]

__all__ = [
    "AdminOption",
    "CoreOption",
    "DataOption",
    "FileOption",
    "FormatOption",
    "GrpcOption",
    "HttpOption",
    "LevelOption",
]
