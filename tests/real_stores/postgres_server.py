"""One PostgreSQL server on a Unix socket in a folder of its own. It ends with the process that started it."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from tests.real_stores.memory_folder import memory_folder
from tests.real_stores.postgres_programs import account, find_programs, give_to_account

PORT = 5432
OWNER = "weir"
READY = "ready"
PATIENCE = 30.0
NAP = 0.01
PR_SET_PDEATHSIG = 1
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "max_wal_senders": "0",
    "max_wal_size": "128MB",
    "shared_buffers": "32MB",
    "autovacuum": "off",
    "timezone": "America/New_York",
    "wal_level": "minimal",
}


class PostgresServer:
    """A server that can be stopped and started again over the same data."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        """Takes a folder that every account can enter, and makes the data in it."""
        self._folder = folder
        self._programs = programs or find_programs(folder)
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        give_to_account(folder)
        arguments = ("-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions")
        subprocess.run(  # noqa: S603 # a program that was found
            [self._programs / "initdb", "-D", self._data, *arguments],
            user=account(),
            cwd=folder,
            check=True,
            capture_output=True,
        )

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 # a program that was found
                [self._programs / "postgres", "-D", self._data, "-k", self._folder, "-p", str(PORT), *options],
                user=account(),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=die_with_parent,  # noqa: PLW1509 # sets one flag of the new process and takes no lock
            )
        self._wait()

    def stop(self) -> None:
        """Ends the server at once, like a crash: clients see their connections break."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Makes the server and all its processes hang."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Lets them go on."""
        self._signal_all(signal.SIGCONT)

    def address(self, database: str = "postgres") -> str:
        """Gives the address of a database."""
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self._folder))}"

    def _signal_all(self, what: signal.Signals) -> None:
        if self._process is not None:
            pid = self._process.pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for process in (pid, *map(int, children)):
                os.kill(process, what)

    def _wait(self) -> None:
        status = self._data / "postmaster.pid"
        until = time.monotonic() + PATIENCE
        while not self._says(status, READY):
            if self._process is None or self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self._folder / "log").read_text())
            time.sleep(NAP)

    def _says(self, status: Path, word: str) -> bool:
        with suppress(FileNotFoundError):
            lines = status.read_text().splitlines()
            return bool(lines) and lines[0] == str(self._process and self._process.pid) and lines[-1].strip() == word
        return False


def die_with_parent() -> None:
    """Makes this process get a signal when the one that started it ends in whatever way, where the system can."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


@contextmanager
def own_server() -> Iterator[PostgresServer]:
    """Runs a server that nobody else uses."""
    with tempfile.TemporaryDirectory(prefix="weir-postgres-", dir=memory_folder(), ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        server = PostgresServer(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
