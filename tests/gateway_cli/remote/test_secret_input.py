"""Where a secret comes from, apart from what the tests of `weir credentials` show."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from gateway_cli.remote.secret_input import SecretSource
from gateway_core.records.secret import Secret

ASKS = """
from gateway_cli.remote.secret_input import SecretSource
print(len(SecretSource().read({}).reveal()))
"""


def test_a_secret_is_never_more_than_its_text(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("  sk-1 \r\n")
    assert SecretSource(secret_file=str(file)).read({}) == Secret("sk-1")


def test_a_variable_must_hold_something() -> None:
    assert SecretSource(secret_env="S").read({"S": "sk-1"}) == Secret("sk-1")
    with pytest.raises(typer.BadParameter, match="the secret is empty"):
        SecretSource(secret_env="S").read({})


def test_somebody_at_a_terminal_is_asked_and_what_is_typed_does_not_show() -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(  # noqa: S603 -- this very program
        [sys.executable, "-c", ASKS], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True
    ) as asking:
        shown = b""
        while not shown.endswith(b"secret: "):
            shown += os.read(ours, 100)
        os.write(ours, b"sk-typed\n")
        assert asking.stdout is not None
        assert asking.stdout.read() == b"8\n"
        shown += os.read(ours, 100)
    os.close(ours)
    os.close(theirs)
    assert b"sk-typed" not in shown
