"""Where files of tests lie in memory: what waits for a disk says nothing about Weir."""

import os
from pathlib import Path

FOLDER = Path("/dev/shm")  # noqa: S108 # only asked for; whoever uses it makes folders with names nobody guesses
ROOM = 3 * 1024**3


def memory_folder(folder: Path = FOLDER, room: int = ROOM) -> str | None:
    """Gives the folder, or `None` where there is none, not enough room, or where no programs can be run from it."""
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        return None
    there = os.statvfs(folder)
    if there.f_flag & os.ST_NOEXEC or there.f_bavail * there.f_frsize < room:
        return None
    return str(folder)
