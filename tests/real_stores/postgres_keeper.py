"""Keeps one server alive as long as anybody holds the lease, a lock on a file. Run as a program, it stays behind.

The system takes the lock from whoever ends, in whatever way, so the server cannot outlive those who use it.
"""

import fcntl
import os
import signal
import sys
from pathlib import Path

from tests.real_stores.postgres_server import own_server


def keep(lease_path: Path, say: int) -> None:
    """Runs the server, says its address, and waits until the lease is free."""
    with own_server() as server, lease_path.open("rb") as lease:
        os.write(say, server.address().encode())
        os.close(say)
        fcntl.flock(lease, fcntl.LOCK_EX)
        lease_path.unlink()


def stay_behind(log: Path) -> None:
    """Leaves the session, the terminal and the pipes of whoever started this; complaints go to the log."""
    os.setsid()
    for ignored in (signal.SIGINT, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with log.open("ab") as file, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())


def main() -> int:
    """Starts a keeper, and ends as soon as its server answers."""
    lease_path, log = Path(sys.argv[1]), Path(sys.argv[2])
    heard, say = os.pipe()
    if os.fork() == 0:
        os.close(heard)
        stay_behind(log)
        keep(lease_path, say)
        return 0
    os.close(say)
    with os.fdopen(heard) as pipe:
        address = pipe.read()
    sys.stdout.write(address or log.read_text())
    return 0 if address else 1


if __name__ == "__main__":
    sys.exit(main())
