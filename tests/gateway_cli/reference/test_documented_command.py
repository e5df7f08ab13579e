"""What the page of commands takes from the command line itself."""

from pathlib import Path

from gateway_cli.__main__ import CommandRow
from gateway_cli.reference.commands_page import page_of
from gateway_cli.reference.documented_command import documented_commands

ROWS = (
    CommandRow("audit", "gateway_cli.commands.audit", ""),
    CommandRow("completion", "gateway_cli.commands.completion", ""),
    CommandRow("migrate", "gateway_cli.commands.migrate", ""),
    CommandRow("chat", "gateway_cli.commands.chat", ""),
)
COMMANDS = {command.words: command for command in documented_commands(ROWS)}


def rows_of(words: str) -> dict[str, tuple[str, str]]:
    """Gives default and meaning of each parameter of a command."""
    return {one.written: (one.default, one.meaning) for one in COMMANDS[words].parameters}


def test_every_command_of_a_group_is_found() -> None:
    assert set(COMMANDS) == {
        "weir audit list",
        "weir audit verify",
        "weir completion",
        "weir migrate status",
        "weir migrate up",
        "weir migrate down",
        "weir chat",
    }


def test_help_and_examples_are_told_apart() -> None:
    down = COMMANDS["weir migrate down"]
    assert down.examples == ("weir migrate down 0001",)
    assert down.sentences[0].startswith("Moves the schema back")
    assert not any("Example" in sentence for sentence in down.sentences)


def test_arguments_options_defaults_choices_and_variables_are_written() -> None:
    assert rows_of("weir migrate up")["`[REVISION]`"] == ("", "Where to stop; else at the newest.")
    assert "`REVISION`" in rows_of("weir migrate down")
    assert rows_of("weir migrate status")["`--output TABLE`, `-o`".replace("TABLE", "WORD")][0] == "`table`"
    listing = rows_of("weir audit list")
    assert listing["`--limit N`"][0] == "`100`"
    assert "One of `create`, `update`" in listing["`--action WORD`"][1]
    chat = rows_of("weir chat")
    assert "Variable: `WEIR_API_KEY`." in chat["`--key TEXT`"][1]
    assert "`--stream`, `--no-stream`" in chat


def test_the_page_shows_the_options_of_the_connection_once() -> None:
    page = page_of(list(COMMANDS.values()))
    assert page.count("`--token-file FILE`") == 1
    assert page.count("And the options of every command that asks a gateway.") == 2
    assert "### `weir audit list`" in page
    assert "## `weir completion`\n\nWrites" in page
    assert str(Path.home()) not in page
