"""Checks that the data directory can be used, and that nobody else reads the secrets in it."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine
from gateway_core.secrets_at_rest.master_key_file import FILE as MASTER_KEY
from gateway_core.storage.open_database import FILE as RECORDS

SUBJECT = "data directory"
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_data_directory(case: Case) -> Iterator[Finding]:
    """Looks at the folder and at the files that hold secrets."""
    if case.configuration is None:
        return
    folder = case.configuration.core.data_dir
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not nearest.is_dir():
        yield broken(SUBJECT, f"{nearest} is no folder", "name another one with WEIR_DATA_DIR, or move the file away")
    elif not os.access(nearest, os.W_OK | os.X_OK):
        yield broken(SUBJECT, f"{nearest} cannot be written to", "give it to the user that runs the gateway")
    elif nearest != folder:
        yield fine(SUBJECT, f"{folder} is not there yet; the first start makes it")
    else:
        yield from _files(folder)


def _files(folder: Path) -> Iterator[Finding]:
    open_to_others = [path for path in (folder / MASTER_KEY, folder / RECORDS) if _is_open(path)]
    for path in open_to_others:
        yield doubtful(SUBJECT, f"others may read {path}", f"chmod 600 {path}")
    if not open_to_others:
        yield fine(SUBJECT, str(folder))


def _is_open(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
