"""`weir completion`, and what a shell is answered that asks how to complete a line."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway_cli.__main__ import COMMANDS, build
from gateway_cli.commands.completion import Shell, asked_words
from tests.fakes.gateway_process import WEIR, weir

SHELLS = list(Shell)
WORD = re.compile(r"[a-z]+")
IN_BASH = """\
eval "$(weir completion bash)"
COMP_WORDS=(weir config ""); COMP_CWORD=2
_weir_completion weir
echo "${COMPREPLY[@]}"
"""


def completions(shell: Shell, line: str, folder: Path) -> str:
    """Asks for the completions of a line, the way the script of that shell does."""
    words = line.split(" ")
    asked = {
        Shell.BASH: {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)},
        Shell.ZSH: {"_TYPER_COMPLETE_ARGS": line},
        Shell.FISH: {"_TYPER_COMPLETE_ARGS": line, "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
    }
    done = weir(folder, variables={"_WEIR_COMPLETE": f"complete_{shell}", **asked[shell]})
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("shell", SHELLS)
def test_commands_subcommands_options_and_values_are_completed(shell: Shell, tmp_path: Path) -> None:
    assert "completion" in completions(shell, "weir comp", tmp_path)
    first = completions(shell, "weir ", tmp_path)
    assert all(row.name in first for row in COMMANDS)
    assert {"status", "up", "down"} <= set(WORD.findall(completions(shell, "weir migrate ", tmp_path)))
    assert "--data-dir" in completions(shell, "weir migrate status --da", tmp_path)
    assert "zsh" in completions(shell, "weir completion z", tmp_path)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_says_how_to_install_it(shell: Shell, tmp_path: Path) -> None:
    done = weir(tmp_path, "completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_WEIR_COMPLETE=complete_{shell}" in done.stdout
    lines = done.stdout.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("# To install it: "))
    assert f"weir completion {shell}" in "\n".join(lines[start:])
    assert all(line.startswith("#") for line in lines[start:])


def test_the_script_is_written_in_this_process_too() -> None:
    result = CliRunner().invoke(build(["completion"]), ["completion", "fish"], prog_name="weir")
    assert (result.exit_code, result.stdout.splitlines()[0][:28]) == (0, "complete --command weir --no")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash on this machine")
def test_bash_completes_with_the_script(tmp_path: Path) -> None:
    path = f"{Path(WEIR).parent}:/usr/bin:/bin"
    done = subprocess.run(  # noqa: S603 -- our own command in a shell
        ["/bin/bash", "--norc", "-c", IN_BASH],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        env={"PATH": path, "HOME": str(tmp_path)},
    )
    assert {"check", "show", "plan"} <= set(done.stdout.split())


def test_a_shell_that_there_is_no_script_for_is_refused(tmp_path: Path) -> None:
    assert weir(tmp_path, "completion", "tcsh").returncode == 2


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"COMP_WORDS": "weir users li", "COMP_CWORD": "2"}, ["users", "li"]),
        ({"_TYPER_COMPLETE_ARGS": "weir users "}, ["users"]),
        ({}, []),
    ],
)
def test_the_words_so_far_tell_which_command_is_meant(environment: dict[str, str], words: list[str]) -> None:
    assert asked_words(environment) == words
