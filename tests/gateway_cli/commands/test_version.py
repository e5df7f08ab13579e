"""`weir version`, and the command line as a whole."""

import importlib
import inspect
import resource
import subprocess
import sys

import msgspec
import pytest
from typer.testing import CliRunner

from gateway_cli.__main__ import COMMANDS, CommandRow, build

LISTS_MODULES = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(" ".join(sys.modules)))
sys.argv = ["weir", "version"]
from gateway_cli.__main__ import main
main()
"""


@pytest.mark.parametrize("arguments", [["version"], ["--version"]])
def test_the_version_is_one_line(arguments: list[str]) -> None:
    result = CliRunner().invoke(build(arguments), arguments)
    assert (result.exit_code, result.output) == (0, "weir 0.1.0\n")


def test_the_version_can_be_json() -> None:
    result = CliRunner().invoke(build(["version"]), ["version", "--json"])
    assert msgspec.json.decode(result.output) == {"name": "weir", "version": "0.1.0"}


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_the_help_lists_every_command(arguments: list[str]) -> None:
    result = CliRunner().invoke(build(arguments), arguments)
    for row in COMMANDS:
        assert row.name in result.output
    assert "one gateway in front of many model providers" in result.output


def test_a_mistyped_command_is_answered_with_the_nearest_one() -> None:
    result = CliRunner().invoke(build(["chta"]), ["chta"])
    assert result.exit_code == 2
    assert "Did you mean 'chat'?" in result.output


@pytest.mark.parametrize("row", COMMANDS, ids=[row.name for row in COMMANDS])
def test_every_command_can_be_called_and_explains_itself(row: CommandRow) -> None:
    result = CliRunner().invoke(build([row.name]), [row.name, "--help"])
    assert result.exit_code == 0
    assert "Stands for a command" not in result.output
    assert "register" in dict(inspect.getmembers(importlib.import_module(row.module)))


def cpu_of_children() -> float:
    """Gives the CPU seconds of the processes that this one started and saw end: a busy machine does not blur them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_version_starts_fast_and_imports_nothing_heavy() -> None:
    began = cpu_of_children()
    command = [sys.executable, "-c", LISTS_MODULES]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 -- this very program
    assert done.stdout == "weir 0.1.0\n"
    assert not {"grpc", "aiohttp", "yaml", "google.protobuf"} & set(done.stderr.split())
    assert cpu_of_children() - began < 0.5
