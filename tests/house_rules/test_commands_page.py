"""The page of commands is what the commands say, and each of them says it in sentences and with an example."""

import pytest

from gateway_cli.reference.commands_page import commands_page
from gateway_cli.reference.documented_command import DocumentedCommand, documented_commands
from tests.house_rules.sources import ROOT

PAGE = ROOT / "docs" / "commands.md"


@pytest.fixture(scope="module")
def commands() -> list[DocumentedCommand]:
    """Gives every command."""
    return documented_commands()


def test_the_page_is_fresh() -> None:
    assert PAGE.read_text(encoding="utf-8") == commands_page(), "python -m gateway_cli.reference > docs/commands.md"


def test_every_command_says_in_a_sentence_what_it_does(commands: list[DocumentedCommand]) -> None:
    vague = [one.words for one in commands if not one.sentences or not one.sentences[0].endswith(".")]
    assert vague == []


def test_every_command_has_an_example_of_itself(commands: list[DocumentedCommand]) -> None:
    without = [one.words for one in commands if not any(one.words in example for example in one.examples)]
    assert without == []


def test_every_argument_and_option_says_in_a_sentence_what_it_means(commands: list[DocumentedCommand]) -> None:
    vague = {
        f"{one.words} {parameter.written}"
        for one in commands
        for parameter in one.parameters
        if not parameter.meaning.endswith(".")
    }
    assert vague == set()
