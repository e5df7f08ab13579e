"""Importing is free: it starts nothing, opens nothing and takes little time."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house_rules.sources import PACKAGES, ROOT, sources_in

PROBE = ROOT / "tests" / "house_rules" / "import_probe.py"
IMPORT_SECONDS = 0.3


def probe(*modules: str, folder: Path = ROOT) -> list[str]:
    """Gives what importing modules did besides."""
    code = (
        f"import sys, runpy; sys.path[:0] = {[str(folder), str(ROOT / 'protos' / 'gen')]!r}; sys.argv[1:] = {modules!r}"
    )
    command = [sys.executable, "-B", "-c", f"{code}; runpy.run_path({str(PROBE)!r}, run_name='__main__')"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)  # noqa: S603 # our own program
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_importing_starts_nothing_and_opens_nothing() -> None:
    modules = [source.module for source in sources_in(*PACKAGES)]
    effects = probe(*modules)
    assert not effects, "\n".join(effects)


@pytest.mark.parametrize(
    "code",
    [
        "import socket\nsocket.socket()",
        "import asyncio\nasyncio.new_event_loop()",
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
        "open('left_behind', 'w')",
        "import sqlite3\nsqlite3.connect(':memory:')",
        "import os\nos.environ['A'] = 'b'",
    ],
)
def test_an_effect_is_noticed(code: str, tmp_path: Path) -> None:
    (tmp_path / "eager.py").write_text(code)
    assert probe("eager", folder=tmp_path)


def test_the_core_is_imported_quickly() -> None:
    def seconds() -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import gateway_core"], check=True, cwd=ROOT)
        return time.perf_counter() - started

    assert min(seconds() for _ in range(3)) < IMPORT_SECONDS
