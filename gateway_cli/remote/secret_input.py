"""Takes a secret in from where it does not stay behind: a variable, a file, stdin or a prompt. Never an argument."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from gateway_cli.remote.destination import FROM_STDIN, read_file
from gateway_core.records.secret import Secret


@dataclass(frozen=True, slots=True)
class SecretSource:
    """Where a command finds the secret."""

    secret_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="The variable of the environment that holds the secret.")
    ] = None
    secret_file: Annotated[
        str | None, typer.Option(metavar="FILE", help="The file that holds the secret; `-` is stdin, as is nothing.")
    ] = None

    def read(self, environment: Mapping[str, str]) -> Secret:
        """Reads the secret, without the line's end. Raises BadParameter if there is none."""
        if self.secret_env and self.secret_file:
            raise typer.BadParameter("the secret is in one place: give --secret-env or --secret-file")
        secret = self._text(environment).strip()
        if not secret:
            raise typer.BadParameter("the secret is empty: give --secret-env, --secret-file, or write it to stdin")
        return Secret(secret)

    def _text(self, environment: Mapping[str, str]) -> str:
        if self.secret_env:
            return environment.get(self.secret_env, "")
        if self.secret_file and self.secret_file != FROM_STDIN:
            return read_file(self.secret_file, "the secret").decode("utf-8", "replace")
        if sys.stdin.isatty():
            return str(typer.prompt("secret", hide_input=True, err=True))
        return sys.stdin.read()
