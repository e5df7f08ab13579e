"""What the command line says about each of its commands: words, help, example, arguments and options."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from gateway_cli.__main__ import COMMANDS, CommandRow, build

PROGRAM = "weir"
EXAMPLE = "Example: "


@dataclass(frozen=True, slots=True)
class Parameter:
    """An argument or an option: how it is written, its default, its meaning, and the panel that it stands in."""

    written: str
    default: str
    meaning: str
    panel: str
    is_option: bool


@dataclass(frozen=True, slots=True)
class DocumentedCommand:
    """A command. `sentences` are the paragraphs of its help; `examples` are lines to type."""

    words: str
    sentences: tuple[str, ...]
    examples: tuple[str, ...]
    parameters: tuple[Parameter, ...]


def documented_commands(rows: Sequence[CommandRow] = COMMANDS) -> list[DocumentedCommand]:
    """Gives every command in the order of the table. It imports every command's module."""
    return [command for row in rows for command in _below(_found(row), (PROGRAM, row.name))]


def _found(row: CommandRow) -> object:
    root = typer.main.get_command(build([row.name]))
    return root.commands[row.name] if isinstance(root, TyperGroup) else root


def _below(command: object, words: tuple[str, ...]) -> Iterator[DocumentedCommand]:
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _below(inner, (*words, name))
    elif isinstance(command, TyperCommand) and not command.hidden:
        paragraphs = [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]
        yield DocumentedCommand(
            words=" ".join(words),
            sentences=tuple(paragraph for paragraph in paragraphs if not paragraph.startswith(EXAMPLE)),
            examples=tuple(one.removeprefix(EXAMPLE) for one in paragraphs if one.startswith(EXAMPLE)),
            parameters=tuple(_parameters(command)),
        )


def _parameters(command: TyperCommand) -> Iterator[Parameter]:
    for found in command.params:
        if isinstance(found, TyperArgument):
            word = found.metavar or (found.name or "").upper()
            written = word if found.required else f"[{word}]"
            yield Parameter(f"`{written}`", "", _meaning(found), found.rich_help_panel or "", is_option=False)
        elif isinstance(found, TyperOption) and not found.hidden:
            yield Parameter(
                _spelled(found), _default(found), _meaning(found), found.rich_help_panel or "", is_option=True
            )


def _spelled(option: TyperOption) -> str:
    value = "" if option.is_flag else f" {option.metavar or _word_for(option)}"
    names = [f"`{name}{value if name == option.opts[0] else ''}`" for name in (*option.opts, *option.secondary_opts)]
    return ", ".join(names)


def _word_for(option: TyperOption) -> str:
    kind = option.type_descriptor.annotation
    return "FILE" if "file" in (option.name or "") or option.name == "config" else _name_of(kind)


def _name_of(kind: object) -> str:
    named = {int: "N", float: "N"}
    return named.get(kind, "TEXT") if isinstance(kind, type) and not issubclass(kind, Enum) else "WORD"


def _default(option: TyperOption) -> str:
    if option.required:
        return "required"
    value = option.default.value if isinstance(option.default, Enum) else option.default
    shown = option.show_default and isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    return f"`{value}`" if shown else ""


def _meaning(parameter: TyperArgument | TyperOption) -> str:
    kind = parameter.type_descriptor.annotation
    words = [f"`{one.value}`" for one in kind] if isinstance(kind, type) and issubclass(kind, Enum) else []
    choices = f" One of {', '.join(words)}." if words else ""
    variable = f" Variable: `{parameter.envvar}`." if isinstance(parameter.envvar, str) else ""
    repeated = " May be given several times." if parameter.multiple else ""
    return f"{parameter.help or ''}{choices}{variable}{repeated}".replace("|", "\\|")
