"""`weir core`: the core alone."""

import typer

from gateway_cli.commands import server_options as options
from gateway_cli.commands.config import load_or_exit
from gateway_cli.run.core_only import run_core
from gateway_cli.run.started import run_to_the_end


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("core")(core)


def core(
    *,
    config: options.FileOption = None,
    grpc_listen: options.GrpcOption = None,
    data_dir: options.DataOption = None,
    log_level: options.LevelOption = None,
    log_format: options.FormatOption = None,
) -> None:
    """Starts the core alone: gRPC for services, and for facades in other processes.

    Example: weir core --grpc-listen 0.0.0.0:50051
    """
    given = {
        "WEIR_GRPC_LISTEN": grpc_listen,
        "WEIR_DATA_DIR": data_dir,
        "WEIR_LOG_LEVEL": log_level,
        "WEIR_LOG_FORMAT": log_format,
    }
    run_to_the_end(run_core, load_or_exit(config, given, err=True))
