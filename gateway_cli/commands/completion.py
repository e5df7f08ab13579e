"""`weir completion`: writes the script by which a shell completes `weir`, and understands what such a script asks."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import get_completion_inspect_parameters, shell_complete

PROGRAM = "weir"
ASKED_BY_A_SHELL = "_WEIR_COMPLETE"
WORDS = ("COMP_WORDS", "_TYPER_COMPLETE_ARGS")


class Shell(StrEnum):
    """The shells that there is a script for."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


HOW = {
    Shell.BASH: 'eval "$(weir completion bash)" in ~/.bashrc, or once:\n'
    "#   weir completion bash > ~/.local/share/bash-completion/completions/weir",
    Shell.ZSH: 'eval "$(weir completion zsh)" in ~/.zshrc behind `compinit`, or once:\n'
    "#   weir completion zsh > ~/.zfunc/_weir   with `fpath+=~/.zfunc` before `compinit`",
    Shell.FISH: "once:\n#   weir completion fish > ~/.config/fish/completions/weir.fish",
}


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("completion")(completion)


def completion(
    context: typer.Context, shell: Annotated[Shell, typer.Argument(help="The shell that is to complete `weir`.")]
) -> None:
    """Writes the script that teaches a shell to complete commands and options; its last lines say how to install it.

    Example: eval "$(weir completion bash)"
    """
    understand_shells()
    shell_complete(context.find_root().command, {}, PROGRAM, ASKED_BY_A_SHELL, f"source_{shell}")
    typer.echo(f"# To install it: {HOW[shell]}")


def understand_shells() -> None:
    """Teaches typer the protocols of the shells, which it learns only along with options of its own otherwise."""
    get_completion_inspect_parameters()


def asked_words(environment: Mapping[str, str]) -> list[str]:
    """Gives the words behind `weir` that a shell wants completed."""
    line = next((environment[name] for name in WORDS if environment.get(name)), "")
    return line.split()[1:]
