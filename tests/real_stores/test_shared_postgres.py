"""The server that a test session shares ends with the last who uses it, in whatever way that one ends."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.fakes.eventually import eventually
from tests.real_stores.shared_postgres import ROOT

USER = """
import sys
from pathlib import Path
from tests.real_stores.shared_postgres import shared_postgres
with shared_postgres(Path(sys.argv[1])) as address:
    print(address, flush=True)
    sys.stdin.readline()
"""
LIMIT = 15.0


@contextmanager
def user_of(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Runs a process that uses the folder's server until its input ends; gives it and the address it got."""
    with subprocess.Popen(  # noqa: S603 # our own program
        [sys.executable, "-c", USER, str(folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def server_of(address: str) -> tuple[int, Path]:
    """Gives the process of the server, and the folder it is in."""
    folder = Path(unquote(address.partition("host=")[2]))
    return int((folder / "data" / "postmaster.pid").read_text().splitlines()[0]), folder


def keeper_of(server: int) -> int:
    """Gives the process that started the server."""
    return int(Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1])


def runs(process: int) -> bool:
    """Says whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_it_is_shared_and_outlives_who_started_it(tmp_path: Path) -> None:
    with user_of(tmp_path) as (first, address), user_of(tmp_path) as (second, same):
        assert address == same
        server, folder = server_of(address)
        first.communicate("\n")
        assert runs(server)
        with user_of(tmp_path) as (_, still_the_same):
            assert still_the_same == address
        second.communicate("\n")
        await eventually(lambda: not runs(server) and not folder.exists(), LIMIT)
    with user_of(tmp_path) as (_, another):
        assert another != address


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_it_ends_when_its_only_user_is_killed(tmp_path: Path) -> None:
    with user_of(tmp_path) as (user, address):
        server, folder = server_of(address)
        user.kill()
        await eventually(lambda: not runs(server) and not folder.exists(), LIMIT)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's end")
async def test_it_ends_even_when_its_keeper_is_killed(tmp_path: Path) -> None:
    with user_of(tmp_path) as (_, address):
        server, folder = server_of(address)
        os.kill(keeper_of(server), signal.SIGKILL)
        await eventually(lambda: not runs(server), LIMIT)
    shutil.rmtree(folder)
