"""Says whether the contract breaks callers that were built against the main branch, and what it compared with.

Where git cannot say what main is, in a folder that is no repository, there is nothing to compare with.
"""

import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUF = Path(sys.executable).parent / "buf"
BRANCHES = ("main", "origin/main")
CONTRACT = ("buf.yaml", "protos/weir")


def git(*arguments: str) -> bytes | None:
    """Asks git, also where the repository belongs to somebody else; `None` where it has no answer."""
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout if done.returncode == 0 else None


def find_main() -> tuple[str, str] | None:
    """Gives the branch to compare with and its commit."""
    if git("rev-parse", "--show-cdup") != b"\n":
        return None
    for branch in BRANCHES:
        commit = git("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}")
        if commit is not None:
            return branch, commit.decode().strip()
    return None


def unpack(archive: bytes, folder: Path) -> None:
    """Writes the files of an archive into a folder."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            content = files.extractfile(member)
            if content is not None:
                target = folder / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def compare(commit: str) -> int | None:
    """Gives buf's exit code, or `None` where the commit has no contract yet."""
    archive = git("archive", "--format=tar", commit, *CONTRACT)
    if archive is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        unpack(archive, Path(folder))
        return subprocess.run([BUF, "breaking", "--against", folder], cwd=ROOT, check=False).returncode


def main() -> int:
    """Compares the contract as it is in this folder with main."""
    found = find_main()
    if found is None:
        sys.stdout.write("no git or no main branch here: nothing to compare with\n")
        return 0
    branch, commit = found
    code = compare(commit)
    what = f"{branch} ({commit[:10]})"
    sys.stdout.write(f"{what} has no contract yet\n" if code is None else f"compared with {what}\n")
    return code or 0


if __name__ == "__main__":
    sys.exit(main())
