"""`weir up`: the whole gateway in one process."""

import typer

from gateway_cli.commands import server_options as options
from gateway_cli.commands.config import load_or_exit
from gateway_cli.run.embedded import run_embedded
from gateway_cli.run.started import run_to_the_end


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("up")(up)


def up(  # noqa: PLR0913 -- each is an option of the command line
    *,
    config: options.FileOption = None,
    http_listen: options.HttpOption = None,
    grpc_listen: options.GrpcOption = None,
    admin_listen: options.AdminOption = None,
    data_dir: options.DataOption = None,
    log_level: options.LevelOption = None,
    log_format: options.FormatOption = None,
) -> None:
    """Starts the whole gateway in one process and runs until told to stop.

    Example: weir up --config weir.yaml
    """
    given = {
        "WEIR_HTTP_LISTEN": http_listen,
        "WEIR_GRPC_LISTEN": grpc_listen,
        "WEIR_ADMIN_LISTEN": admin_listen,
        "WEIR_DATA_DIR": data_dir,
        "WEIR_LOG_LEVEL": log_level,
        "WEIR_LOG_FORMAT": log_format,
    }
    run_to_the_end(run_embedded, load_or_exit(config, given, err=True))
