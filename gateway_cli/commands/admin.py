"""`weir admin`: the admin service alone."""

import typer

from gateway_cli.commands import server_options as options
from gateway_cli.commands.config import load_or_exit
from gateway_cli.run.admin_only import run_admin
from gateway_cli.run.started import run_to_the_end


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("admin")(admin)


def admin(
    *,
    config: options.FileOption = None,
    admin_listen: options.AdminOption = None,
    data_dir: options.DataOption = None,
    log_level: options.LevelOption = None,
    log_format: options.FormatOption = None,
) -> None:
    """Starts the admin service alone, for cores on the same database.

    Example: weir admin --admin-listen 127.0.0.1:50052
    """
    given = {
        "WEIR_ADMIN_LISTEN": admin_listen,
        "WEIR_DATA_DIR": data_dir,
        "WEIR_LOG_LEVEL": log_level,
        "WEIR_LOG_FORMAT": log_format,
    }
    run_to_the_end(run_admin, load_or_exit(config, given, err=True))
