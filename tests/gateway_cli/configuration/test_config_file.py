"""Which file is read, and what happens if it cannot be."""

from pathlib import Path

import pytest

from admin.configuration.problem import ConfigurationRefused
from gateway_cli.configuration.config_file import find_file, load_file
from tests.fakes.configurations import NO_VARIABLES, PLAIN


def refusal(path: Path) -> str:
    """Loads what cannot be loaded, and gives what is said."""
    with pytest.raises(ConfigurationRefused) as caught:
        load_file(path, NO_VARIABLES)
    return str(caught.value)


def test_the_file_given_wins_over_the_variable_and_that_over_the_usual_one(tmp_path: Path) -> None:
    usual = tmp_path / "weir.yaml"
    assert find_file(None, NO_VARIABLES, tmp_path) is None
    usual.write_text(PLAIN)
    assert find_file(None, NO_VARIABLES, tmp_path) == usual
    assert find_file(None, {"WEIR_CONFIG": "/b.yaml"}, tmp_path) == Path("/b.yaml")
    assert find_file(None, {"WEIR_CONFIG": ""}, tmp_path) == usual
    assert find_file(Path("/a.yaml"), {"WEIR_CONFIG": "/b.yaml"}, tmp_path) == Path("/a.yaml")


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + PLAIN.encode())
        assert list(load_file(path, NO_VARIABLES).declared.models) == ["fast"]
    assert list(load_file(None, NO_VARIABLES).declared.models) == []


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    missing = tmp_path / "missing.yaml"
    assert refusal(missing) == f"{missing}: cannot be read: no such file or directory"
    assert refusal(tmp_path) == f"{tmp_path}: cannot be read: is a directory"


def test_a_file_that_is_not_utf8_is_a_problem_of_a_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"version: 1\n# \xe4\n")
    assert refusal(path) == f"{path}:2: is not UTF-8"
