"""Whatever happens to a file on the way, reading it ends in settings or in problems, and shows no secret."""

import string

from hypothesis import given
from hypothesis import strategies as st

from gateway_cli.configuration.written import write
from tests.fakes.configurations import PLAIN, SECRET_HALVES, loaded, problems

CHARACTERS = st.sampled_from(string.printable + "\u00e4\u2028\x00\ud800\U0001f600")


def check(text: str) -> None:
    """Reads the text, and looks for the secret in all that is shown of it."""
    found = problems(text)
    shown = "\n".join(found) if found else write(loaded(text)) + repr(loaded(text))
    assert not any(half in shown for half in SECRET_HALVES)


@given(position=st.integers(0, len(PLAIN) - 1), character=CHARACTERS)
def test_a_replaced_character_is_no_disaster(position: int, character: str) -> None:
    check(PLAIN[:position] + character + PLAIN[position + 1 :])


@given(position=st.integers(0, len(PLAIN)), character=CHARACTERS)
def test_an_inserted_character_is_no_disaster(position: int, character: str) -> None:
    check(PLAIN[:position] + character + PLAIN[position:])


def test_no_lost_character_is_a_disaster() -> None:
    for position in range(len(PLAIN)):
        check(PLAIN[:position] + PLAIN[position + 1 :])


def test_no_lost_line_is_a_disaster() -> None:
    lines = PLAIN.splitlines(keepends=True)
    for number in range(len(lines)):
        check("".join(lines[:number] + lines[number + 1 :]))


@given(text=st.text(max_size=200))
def test_any_text_at_all_is_no_disaster(text: str) -> None:
    problems(text)
