"""What users can set and run is documented in README.md or below docs/."""

import ast
import re
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

import gateway_cli.__main__ as entry
from gateway_cli.configuration.server_keys import SERVER_KEYS, variable_of
from tests.house_rules.sources import PACKAGES, every_source, sources_in

VARIABLE = re.compile(r"WEIR_[A-Z][A-Z_]*[A-Z]")
DOCUMENTATION = "\n".join(
    source.text for source in every_source() if source.path == "README.md" or source.path.startswith("docs/")
)


def variables() -> set[str]:
    """Gives every variable that the code names or derives from a key."""
    texts = {
        node.value
        for source in sources_in(*PACKAGES)
        for node in ast.walk(source.tree())
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {text for text in texts if VARIABLE.fullmatch(text)}
    return named | {variable_of(key) for key in SERVER_KEYS}


def commands(command: object, path: tuple[str, ...] = ("weir",)) -> Iterator[tuple[str, ...]]:
    """Gives the words of every command below a command."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
    elif isinstance(command, TyperCommand) and not command.hidden:
        yield path


def root_command() -> object:
    """Finds the `weir` command in the entry of the command line."""
    found = [value for value in vars(entry).values() if isinstance(value, typer.Typer)]
    assert len(found) == 1, "gateway_cli/__main__.py names one Typer: the `weir` command"
    return typer.main.get_command(found[0])


def test_there_are_variables_and_commands() -> None:
    assert variables()
    assert list(commands(root_command()))


@pytest.mark.parametrize("name", sorted(variables()))
def test_a_variable_is_documented(name: str) -> None:
    assert re.search(rf"\b{name}\b", DOCUMENTATION), f"{name} is documented nowhere"


@pytest.mark.parametrize("words", sorted(commands(root_command())), ids=" ".join)
def test_a_command_is_documented(words: tuple[str, ...]) -> None:
    line = " ".join(words)
    assert re.search(rf"\b{re.escape(line)}\b", DOCUMENTATION), f"`{line}` is documented nowhere"
