"""Where the programs of PostgreSQL are found, and that those of the wheel run for an account that cannot read them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_stores.postgres_programs import BESIDE, account, copied, runs, system_programs, wheel_folder
from tests.real_stores.postgres_server import PostgresServer


@pytest.fixture
def folder() -> Iterator[Path]:
    """Gives a folder that every account can enter."""
    with tempfile.TemporaryDirectory(prefix="weir-postgres-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_a_copy_of_the_wheels_programs_makes_a_server(folder: Path) -> None:
    wheel = wheel_folder()
    assert wheel is not None
    programs = copied(wheel, folder) / BESIDE[0]
    assert runs(programs)
    server = PostgresServer(folder, programs)
    server.start()
    server.stop()


def test_programs_that_the_account_cannot_run_are_passed_over(tmp_path: Path) -> None:
    assert not runs(tmp_path)
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 0\n")
    assert not runs(tmp_path)
    (tmp_path / "postgres").chmod(0o755)
    assert runs(tmp_path) == (account() is None)


def test_the_systems_programs_are_real_folders() -> None:
    assert all(programs.is_absolute() for programs in system_programs())
