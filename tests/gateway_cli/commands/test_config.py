"""`weir config`: what it prints and with which status it ends."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from gateway_cli.__main__ import build
from gateway_cli.configuration.reference import reference_page
from gateway_cli.environment import read_environment
from tests.fakes.configurations import PLAIN, SECRET_HALVES

WARNING = "defaults.limits: is kept as a record, but not yet enforced by this version; so is every other `limits`"


def run(*arguments: str, variables: Mapping[str, str] | None = None) -> Result:
    """Runs `weir config` in this process, with no variables of a gateway but these."""
    without = {name: None for name in read_environment() if name.startswith("WEIR_") or name.endswith("_API_KEY")}
    return CliRunner().invoke(build(["config"]), ["config", *arguments], env={**without, **(variables or {})})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Writes a good file."""
    path = tmp_path / "mine.yaml"
    path.write_text(PLAIN)
    return path


@pytest.mark.parametrize("option", ["-f", "--config", "--file"])
def test_a_good_file_is_counted_with_its_warnings(file: Path, option: str) -> None:
    result = run("check", option, str(file))
    assert (result.exit_code, result.output) == (0, f"warning: {file}:16: {WARNING}\nOK: 1 provider, 1 model\n")


def test_notes_and_warnings_of_the_environment_are_told() -> None:
    result = run("check", "-f", "/dev/null", variables={"OPENAI_API_KEY": "sk-x", "WEIR_REDIS_URL": "redis://x"})
    assert result.exit_code == 0
    assert result.output == (
        "note: provider openai from OPENAI_API_KEY\n"
        "warning: WEIR_REDIS_URL: is set, but not in force in this version\n"
        "OK: 1 provider, 7 models\n"
    )


def test_the_file_may_come_from_the_variable(file: Path) -> None:
    assert run("check", variables={"WEIR_CONFIG": str(file)}).exit_code == 0


def test_every_problem_is_a_line_and_the_status_is_one(file: Path) -> None:
    file.write_text(PLAIN.replace("strategy:", "strategi:").replace("drain: 10s", "drain: later"))
    result = run("check", "-f", str(file), variables={"WEIR_DRIAN": "1"})
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"{file}:13: models.fast: unknown key `strategi`, did you mean `strategy`?",
        f"{file}:18: server.drain: must be a duration such as `500ms`, `5s`, `1m`, `1h`, or a number of seconds",
        "WEIR_DRIAN: unknown variable, did you mean `WEIR_DRAIN`?",
    ]


def test_a_missing_file_is_told() -> None:
    result = run("check", "-f", "/does/not/exist.yaml")
    assert (result.exit_code, result.output) == (
        1,
        "/does/not/exist.yaml: cannot be read: no such file or directory\n",
    )


def test_what_is_in_effect_is_shown_without_secrets(file: Path) -> None:
    result = run("show", "-f", str(file), variables={"WEIR_DRAIN": "77s", "WEIR_BOOTSTRAP_API_KEY": "bootstrap-key"})
    assert result.exit_code == 0
    assert "drain: 77s" in result.output
    assert "secret: '***'" in result.output
    assert not any(secret in result.output for secret in (*SECRET_HALVES, "bootstrap-key"))


def test_showing_what_is_wrong_shows_the_problems(file: Path) -> None:
    file.write_text("version: 2\n")
    assert run("show", "-f", str(file)).exit_code == 1


def test_the_reference_is_written_to_stdout() -> None:
    assert run("reference").stdout == reference_page()
