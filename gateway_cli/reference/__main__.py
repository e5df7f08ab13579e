"""Writes the page of commands to stdout, as it must stand in `docs/commands.md`."""

import typer

from gateway_cli.reference.commands_page import commands_page

if __name__ == "__main__":
    typer.echo(commands_page(), nl=False)
