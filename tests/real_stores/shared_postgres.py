"""Shares one PostgreSQL server between the processes of a test session: the first who needs it starts it."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import unquote
from uuid import uuid4

from tests.real_stores.postgres_server import PORT

ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def shared_postgres(folder: Path) -> Iterator[str]:
    """Gives the address of the server of all who name the same folder; it runs at least until the end of this."""
    with ExitStack() as held:
        with locked(folder / "postgres.lock"):
            address = join(folder, held) or found(folder, held)
        yield address


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lets one process in at a time."""
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def shared(lease: Path) -> Iterator[None]:
    """Holds a share of a lease; raises BlockingIOError if its keeper has it already."""
    with lease.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield


def join(folder: Path, held: ExitStack) -> str | None:
    """Takes a share of the lease of the server that runs, if one does and is not about to end."""
    try:
        address, lease_path = (folder / "postgres.address").read_text().splitlines()
        held.enter_context(shared(Path(lease_path)))
    except (FileNotFoundError, BlockingIOError):
        return None
    return address if Path(lease_path).exists() and answers(address) else None


def answers(address: str) -> bool:
    """Says whether there is still a server behind an address: one that ends takes its socket away."""
    return (Path(unquote(address.partition("host=")[2])) / f".s.PGSQL.{PORT}").exists()


def found(folder: Path, held: ExitStack) -> str:
    """Starts a server, and holds the first share of its lease."""
    lease_path = folder / f"postgres.{uuid4().hex}.lease"
    lease_path.touch()
    held.enter_context(shared(lease_path))
    keeper = [sys.executable, "-m", "tests.real_stores.postgres_keeper", str(lease_path), str(folder / "postgres.log")]
    done = subprocess.run(keeper, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 # our own program
    address = done.stdout.strip()
    (folder / "postgres.address").write_text(f"{address}\n{lease_path}\n")
    return address
