"""`weir doctor`: examines a gateway and what it needs, line by line. It changes nothing."""

import importlib
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateway_cli.commands import server_options as options
from gateway_cli.configuration.config_file import find_file
from gateway_cli.doctor.finding import Finding, State
from gateway_cli.environment import read_environment
from gateway_cli.remote.output import Format, Output

EXAMINATION = "gateway_cli.doctor.examination"
COLOURS = {State.OK: typer.colors.GREEN, State.WARN: typer.colors.YELLOW, State.FAIL: typer.colors.RED}
WIDTH = 5
SUBJECT_WIDTH = 16


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("doctor")(doctor)


def doctor(
    *,
    output: Annotated[Format, typer.Option("--output", "-o", help="How findings are written.")] = Format.TABLE,
    config: options.FileOption = None,
    data_dir: options.DataOption = None,
) -> None:
    """Examines the gateway and what it needs, and says what to do. Ends with status 1 if something is broken.

    It asks the providers, the database and the admin service that are configured, and nobody else.

    Example: weir doctor --config weir.yaml
    """
    given = {} if data_dir is None else {"WEIR_DATA_DIR": data_dir}
    environment = {**read_environment(), **given}
    examination = importlib.import_module(EXAMINATION)
    out = Output(output, sys.stdout, styled=False)
    findings: list[Finding] = []
    for finding in examination.examine_gateway(environment, find_file(config, environment, Path())):
        findings.append(finding)
        if out.is_table:
            show(finding)
    healthy = all(finding.state is not State.FAIL for finding in findings)
    if not out.is_table:
        out.show_content({"healthy": healthy, "findings": [described(finding) for finding in findings]})
    raise typer.Exit(0 if healthy else 1)


def show(finding: Finding) -> None:
    """Writes a finding for people: what to do stands on a line of its own."""
    state = typer.style(f"{finding.state:<{WIDTH}}", fg=COLOURS[finding.state])
    typer.echo(f"{state} {finding.subject:<{SUBJECT_WIDTH}} {finding.sentence}")
    if finding.advice and finding.state is not State.OK:
        typer.echo(f"{'':<{WIDTH}} {'':<{SUBJECT_WIDTH}} -> {finding.advice}")


def described(finding: Finding) -> dict[str, str]:
    """Gives a finding for programs."""
    return {**asdict(finding), "state": finding.state.lower()}
