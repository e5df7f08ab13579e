"""How results are written: tables that nothing wraps or colours by surprise, JSON and YAML for programs."""

import io

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gateway_cli.remote.command import output_of
from gateway_cli.remote.output import Format, Output
from weir.admin.v1.user_pb2 import User

LONG = "x" * 500


class Terminal(io.StringIO):
    """A standard output at which somebody looks."""

    def isatty(self) -> bool:
        """Says so."""
        return True


def written(form: Format, *, styled: bool = False) -> tuple[Output, io.StringIO]:
    """Makes an output and what it writes to."""
    stream = io.StringIO()
    return Output(form, stream, styled=styled), stream


def test_a_table_is_never_wrapped_nor_cut_and_has_no_blanks_at_the_end() -> None:
    output, stream = written(Format.TABLE)
    output.show_rows(("A", "B", "C"), [("1", LONG, ""), ("[bold]2", "", "z")])
    assert stream.getvalue().splitlines() == [
        "A        B" + " " * 501 + "C",
        f"1        {LONG}  -",
        "[bold]2  -" + " " * 501 + "z",
    ]


def test_a_table_without_rows_is_its_titles() -> None:
    output, stream = written(Format.TABLE)
    output.show_rows(("A", "B"), [])
    assert stream.getvalue() == "A  B\n"


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_every_row_is_one_line_whatever_is_in_it(rows: list[tuple[str, str]]) -> None:
    output, stream = written(Format.TABLE)
    output.show_rows(("A", "B"), rows)
    assert stream.getvalue().count("\n") == len(rows) + 1
    assert "\x1b" not in stream.getvalue()


def test_only_a_terminal_gets_bold_titles() -> None:
    output, stream = written(Format.TABLE, styled=True)
    output.show_rows(("A",), [("1",)])
    assert stream.getvalue() == "\x1b[1mA\x1b[0m\n1\n"


@pytest.mark.parametrize(
    ("stream", "variables", "styled"),
    [(Terminal(), {}, True), (Terminal(), {"NO_COLOR": "1"}, False), (io.StringIO(), {}, False)],
)
def test_colours_are_for_terminals_that_want_them(
    stream: io.StringIO, variables: dict[str, str], *, styled: bool
) -> None:
    output_of(Format.TABLE, variables, stream).show_rows(("A",), [])
    assert ("\x1b" in stream.getvalue()) is styled


def test_json_and_yaml_hold_the_same_under_the_names_of_the_contract() -> None:
    user = User(name="users/ü", display_name="yes", balance_nano_usd=2**60)
    as_json, json_stream = written(Format.JSON)
    as_yaml, yaml_stream = written(Format.YAML)
    as_json.show_record(user)
    as_yaml.show_record(user)
    content = msgspec.json.decode(json_stream.getvalue())
    assert content == yaml.safe_load(yaml_stream.getvalue())
    assert (content["display_name"], content["balance_nano_usd"], content["disabled"]) == ("yes", str(2**60), False)
    assert "ü" in json_stream.getvalue()
    assert "ü" in yaml_stream.getvalue()


def test_sentences_are_for_people_only() -> None:
    people, shown = written(Format.TABLE)
    programs, silent = written(Format.JSON)
    people.tell("done\x1b[31m")
    programs.tell("done")
    assert (shown.getvalue(), silent.getvalue()) == ("done [31m\n", "")
