"""Makes a virtual environment hold exactly what the lock files say, and this project; leaves it alone if it does.

Runs on the standard library alone. It knows how packages get onto a machine and nothing of what they are for.
"""

import argparse
import ast
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
BOOTSTRAP = REQUIREMENTS / "bootstrap.txt"
LEVELS = {"runtime": ("runtime.txt", "build.txt"), "dev": ("dev.txt",)}
STAMP = "weir-environment"
PIP_SECTIONS = ("global", "install", ":env:")
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "proxy": "ALL_PROXY",
    "cert": "SSL_CERT_FILE",
}


class Failure(Exception):
    """Says in one sentence why there is no environment, and what to do."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a finished environment was made from. Half-made ones have none."""

    root: str
    python: str
    locks: str
    level: str
    files: tuple[str, ...]

    @classmethod
    def read(cls, folder: Path) -> "Stamp | None":
        """Gives the stamp of an environment, if it was ever finished."""
        try:
            root, python, locks, level, *files = (folder / STAMP).read_text().splitlines()
        except (OSError, ValueError):
            return None
        return cls(root, python, locks, level, tuple(files))

    def write(self, folder: Path) -> None:
        """Leaves the stamp as the last thing that is done to an environment."""
        fresh = folder / f"{STAMP}.new"
        fresh.write_text("\n".join((self.root, self.python, self.locks, self.level, *self.files)) + "\n")
        fresh.replace(folder / STAMP)

    def has(self, level: str) -> bool:
        """Says whether the environment was made for this level or for more."""
        return self.level in {level, "dev"}

    def is_whole(self, folder: Path) -> bool:
        """Says whether it stands where it was made, for this Python, and nothing has been removed since."""
        here = (str(folder), sys.implementation.cache_tag)
        return here == (self.root, self.python) and all((folder / name).exists() for name in self.files)


def digest_of_locks() -> str:
    """Sums up every file that decides what is installed."""
    files = sorted(REQUIREMENTS.glob("*.txt"))
    sums = (hashlib.sha256(file.read_bytes()).hexdigest() for file in [ROOT / "pyproject.toml", Path(__file__), *files])
    return hashlib.sha256("".join(sums).encode()).hexdigest()


def is_ready(folder: Path, level: str) -> bool:
    """Says whether nothing needs doing."""
    stamp = Stamp.read(folder)
    return stamp is not None and stamp.has(level) and stamp.locks == digest_of_locks() and stamp.is_whole(folder)


def tell(sentence: str) -> None:
    """Writes a line for whoever waits."""
    sys.stderr.write(f"environment: {sentence}\n")
    sys.stderr.flush()


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> None:
    """Runs a command quietly; what it said is shown only when it fails."""
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        sys.stderr.buffer.write(done.stdout)
        sys.stderr.flush()
        raise Failure(f"this failed with exit code {done.returncode}: {' '.join(map(str, command))}")


def answers(command: Sequence[str | Path]) -> bool:
    """Says whether a program is there and works."""
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def has_module(name: str) -> bool:
    """Says whether the interpreter that runs this brings a module: distributions leave some out."""
    return importlib.util.find_spec(name) is not None


def create(folder: Path) -> None:
    """Makes an empty environment, with pip in it where uv has to be installed first."""
    tell(f"making {folder.relative_to(ROOT)} with Python {sys.version.split()[0]}")
    if folder.is_symlink():
        folder.unlink()
    if folder.exists():
        shutil.rmtree(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with_pip = find_uv(folder) is None and has_module("ensurepip")
    run([sys.executable, "-I", "-m", "venv", *([] if with_pip else ["--without-pip"]), folder])


def find_uv(folder: Path) -> Path | None:
    """Finds a uv that works: the machine's, or one that was installed before."""
    on_path = shutil.which("uv")
    places = [Path(on_path)] if on_path else []
    places += [folder / "bin" / "uv", ROOT / ".venv" / "bin" / "uv"]
    return next((place for place in places if answers([place, "--version"])), None)


def pip_for(folder: Path) -> list[str | Path]:
    """Gives the command that installs into an environment without uv."""
    python = folder / "bin" / "python"
    if answers([python, "-I", "-m", "pip", "--version"]):
        return [python, "-I", "-m", "pip"]
    if has_module("pip"):
        return [sys.executable, "-I", "-m", "pip", "--python", python]
    version = ".".join(map(str, sys.version_info[:2]))
    raise Failure(f"Python {version} comes without pip here: install python{version}-venv (or python3-pip, or uv)")


def install_uv(folder: Path) -> Path:
    """Installs uv into the environment: pip takes twenty times as long for everything else."""
    tell("installing uv")
    quietly = ("--quiet", "--disable-pip-version-check", "--no-input")
    run([*pip_for(folder), "install", *quietly, "--require-hashes", "--no-deps", "-r", BOOTSTRAP])
    return folder / "bin" / "uv"


def pip_settings(listing: str) -> dict[str, str]:
    """Reads what `pip config list` prints; the environment wins over `install`, and that over `global`."""
    found: dict[str, tuple[int, str]] = {}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        if section in PIP_SECTIONS:
            setting = (PIP_SECTIONS.index(section), str(ast.literal_eval(value)))
            found[option] = max(found.get(option, setting), setting)
    return {option: value for option, (_, value) in found.items()}


def uv_settings(pip: Mapping[str, str]) -> dict[str, str]:
    """Says in uv's words how pip is told to reach its packages; uv does not read pip's configuration."""
    settings = {UV_NAMES[option]: " ".join(value.split()) for option, value in pip.items() if option in UV_NAMES}
    places = settings.pop("UV_FIND_LINKS", "").split()
    if kept := [place for place in places if "://" in place or Path(place).is_dir()]:
        settings["UV_FIND_LINKS"] = ",".join(kept)
    return settings


def environment_of_uv() -> dict[str, str]:
    """Gives the variables for uv: what pip is told, overruled by what the caller has set."""
    caller = dict(os.environ)  # noqa: TID251  # uv is to see what the caller set
    listing = subprocess.run(
        [sys.executable, "-I", "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    settings = uv_settings(pip_settings(listing.stdout))
    if not caller.keys().isdisjoint({"UV_INDEX_URL", "UV_DEFAULT_INDEX", "UV_INDEX", "UV_EXTRA_INDEX_URL"}):
        settings = {name: value for name, value in settings.items() if "INDEX" not in name}
    cache = Path(caller.get("XDG_CACHE_HOME") or Path(caller.get("HOME") or "/nonexistent") / ".cache")
    if "UV_CACHE_DIR" not in caller and not is_writable(cache):
        settings["UV_NO_CACHE"] = "1"
    return settings | caller


def is_writable(folder: Path) -> bool:
    """Says whether files can be put into a folder, or it can be made."""
    existing = next(place for place in (folder, *folder.parents) if place.exists())
    return os.access(existing, os.W_OK)


def fill(folder: Path, level: str) -> None:
    """Installs what is locked and then the project itself, which needs no network."""
    uv = find_uv(folder) or install_uv(folder)
    environment = environment_of_uv()
    python = ("--python", folder / "bin" / "python")
    locks = [REQUIREMENTS / name for name in LEVELS[level]]
    tell(f"installing what requirements/{level}.txt pins")
    run([uv, "pip", "sync", "--quiet", *python, "--require-hashes", *locks], environment)
    tell("installing the project")
    offline = ("--offline", "--no-deps", "--no-build-isolation")
    run([uv, "pip", "install", "--quiet", *python, *offline, "--editable", ROOT], environment)


def refill(folder: Path, level: str, stamp: Stamp) -> None:
    """Changes what is installed. Where that is refused, offline for instance, the environment stays what it was."""
    try:
        fill(folder, level)
    except Failure:
        stamp.write(folder)
        raise


def files_in(folder: Path) -> tuple[str, ...]:
    """Lists what must stay for the environment to count as whole."""
    found = [*(folder / "bin").iterdir(), *folder.glob("lib/python*/site-packages/*")]
    return tuple(sorted(str(path.relative_to(folder)) for path in found if path.name != "__pycache__"))


def prepare(folder: Path, level: str) -> None:
    """Brings an environment up to date, or makes it anew where it cannot be trusted."""
    stamp = Stamp.read(folder)
    if stamp is None or not stamp.is_whole(folder) or not answers([folder / "bin" / "python", "-I", "-c", ""]):
        create(folder)
        fill(folder, level)
    else:
        level = stamp.level if stamp.has(level) else level
        (folder / STAMP).unlink()
        refill(folder, level, stamp)
    Stamp(str(folder), sys.implementation.cache_tag or "", digest_of_locks(), level, files_in(folder)).write(folder)


@contextmanager
def alone() -> Iterator[None]:
    """Keeps others out while an environment changes; the system unlocks whatever happens to this process."""
    lock = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        tell("waiting for another one that prepares it")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(lock)


def main() -> int:
    """Prepares the environment, or only says whether that is needed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if there is something to do")
    parser.add_argument("level", choices=LEVELS)
    parser.add_argument("folder")
    options = parser.parse_args()
    folder = ROOT / options.folder
    if options.check:
        return 0 if is_ready(folder, options.level) else 1
    try:
        with alone():
            if not (is_ready(folder, options.level) and answers([folder / "bin" / "python", "-I", "-c", ""])):
                prepare(folder, options.level)
    except PermissionError as error:
        tell(f"{error.filename} may not be changed: who owns this folder?")
        return 1
    except Failure as failure:
        tell(str(failure))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
