"""An interpreter counts only if it runs and is new enough."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts" / "find_python.sh"
HERE = "{}.{}".format(*sys.version_info[:2])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Makes a folder of programs with a shim in it that leads nowhere."""
    write(tmp_path / "python3.11", "echo 'no such version' >&2; exit 127")
    return tmp_path


def write(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def find(folder: Path, *arguments: str, python: str = "") -> subprocess.CompletedProcess[str]:
    """Searches with nothing on the path but the folder."""
    environment = {"PATH": str(folder), "HOME": str(folder), "PYTHON": python}
    command = ["/bin/sh", str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603 # our own program


def real(folder: Path, name: str) -> Path:
    write(folder / name, f'exec "{sys.executable}" "$@"')
    return folder / name


def test_a_shim_that_leads_nowhere_is_passed_over(folder: Path) -> None:
    real(folder, "python3.13")
    found = Path(find(folder).stdout.strip())
    assert found.exists()
    assert found.name.startswith("python")


def test_the_named_interpreter_is_taken_before_all_others(folder: Path) -> None:
    named = real(folder, "mine")
    assert find(folder, python=str(named)).returncode == 0


def test_a_named_interpreter_that_does_not_work_is_an_error(folder: Path) -> None:
    real(folder, "python3.12")
    done = find(folder, python=str(folder / "python3.11"))
    assert done.returncode == 1
    assert "PYTHON=" in done.stderr
    assert not done.stdout


def test_the_list_names_each_version_once_and_says_what_is_passed_over(folder: Path) -> None:
    for name in ("python3.12", "python3.13"):
        real(folder, name)
    done = find(folder, "--all")
    assert [line.split()[0] for line in done.stdout.splitlines()].count(HERE) == 1
    assert f"passed over: {folder / 'python3.11'}" in done.stderr
