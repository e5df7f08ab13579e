"""`weir facade`: the REST facade alone."""

import typer

from gateway_cli.commands import server_options as options
from gateway_cli.commands.config import load_or_exit
from gateway_cli.run.facade_only import run_facade
from gateway_cli.run.started import run_to_the_end


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("facade")(facade)


def facade(
    *,
    config: options.FileOption = None,
    http_listen: options.HttpOption = None,
    core: options.CoreOption = None,
    log_level: options.LevelOption = None,
    log_format: options.FormatOption = None,
) -> None:
    """Starts the REST facade alone; it dials a core that runs elsewhere.

    Example: weir facade --core dns:///core.internal:50051
    """
    given = {
        "WEIR_HTTP_LISTEN": http_listen,
        "WEIR_CORE_ADDRESS": core,
        "WEIR_LOG_LEVEL": log_level,
        "WEIR_LOG_FORMAT": log_format,
    }
    run_to_the_end(run_facade, load_or_exit(config, given, err=True))
