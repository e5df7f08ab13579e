"""What users can set and run is documented in README.md or below docs/."""

import ast
import re
from collections.abc import Iterable, Iterator

import typer
from typer.core import TyperCommand, TyperGroup

from admin.configuration.server_keys import every_variable
from gateway_cli.__main__ import COMMANDS, build
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
        for node in source.nodes()
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    named = {text for text in texts if VARIABLE.fullmatch(text)}
    return named | set(every_variable())


def commands(command: object, path: tuple[str, ...]) -> Iterator[str]:
    """Gives the words of every command below a command."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from commands(inner, (*path, name))
    elif isinstance(command, TyperCommand) and not command.hidden:
        yield " ".join(path)


def every_command() -> Iterator[str]:
    """Gives the words of every command, for which each one's module has to be asked."""
    for row in COMMANDS:
        root = typer.main.get_command(build([row.name]))
        if isinstance(root, TyperGroup):
            yield from commands(root.commands[row.name], ("weir", row.name))


def undocumented(words: Iterable[str]) -> list[str]:
    """Gives what the documentation does not name."""
    return sorted(word for word in words if not re.search(rf"\b{re.escape(word)}\b", DOCUMENTATION))


def test_every_variable_is_documented() -> None:
    assert variables()
    assert undocumented(variables()) == []


def test_every_command_is_documented() -> None:
    assert len(list(every_command())) >= len(COMMANDS)
    assert undocumented(every_command()) == []


def test_what_nobody_wrote_about_is_noticed() -> None:
    assert undocumented(["WEIR_NOBODY_KNOWS", "weir"]) == ["WEIR_NOBODY_KNOWS"]
