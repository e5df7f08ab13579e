"""Runs every gate but the tests and says in one line each whether it holds. Runs all of them, whatever fails.

It knows which tools there are and nothing of what they find.
"""

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent
PYTHON_FOLDERS = ("admin", "gateway_core", "rest_facade", "gateway_cli", "openai_json", "scripts", "tests")
SHELL_FILES = (".ci/run", *sorted(f"scripts/{path.name}" for path in (ROOT / "scripts").glob("*.sh")))


@dataclass(frozen=True, slots=True)
class Gate:
    """A command of the environment that fails where something is not as it should be."""

    name: str
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a gate ended: after how many seconds, and what it said."""

    holds: bool
    seconds: float
    output: str

    def remark(self) -> str:
        """Gives what the tool itself says in the end."""
        lines = self.output.strip().splitlines()
        return lines[-1].strip("= ") if lines else ""


GATES = (
    Gate("ruff check", ("ruff", "check", ".")),
    Gate("ruff format", ("ruff", "format", "--check", ".")),
    Gate("mypy", ("mypy", *PYTHON_FOLDERS)),
    Gate("lint-imports", ("lint-imports",)),
    Gate("shellcheck", ("shellcheck", *SHELL_FILES)),
    Gate("buf lint", ("buf", "lint")),
    Gate("buf format", ("buf", "format", "--diff", "--exit-code")),
    Gate("buf breaking", ("python", "scripts/check_breaking.py")),
    Gate("generated code", ("python", "scripts/generate_protos.py", "--check")),
    Gate("house rules", ("pytest", "-n0", "-q", "--continue-on-collection-errors", "tests/house_rules")),
)


def judge(gate: Gate) -> Verdict:
    """Runs one gate."""
    started = time.monotonic()
    program, *arguments = gate.command
    command: list[str | Path] = [TOOLS / program, *arguments]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return Verdict(done.returncode == 0, time.monotonic() - started, done.stdout)


def report(gate: Gate, verdict: Verdict) -> None:
    """Writes the gate's line, and below it what is wrong."""
    word = "ok  " if verdict.holds else "FAIL"
    sys.stdout.write(f"{word} {gate.name:<15}{verdict.seconds:6.1f} s  {verdict.remark()}\n")
    if not verdict.holds:
        sys.stdout.write("".join(f"     | {line}\n" for line in verdict.output.strip().splitlines()))
    sys.stdout.flush()


def main() -> int:
    """Runs the gates, as many at once as there are processors, and reports them in their order."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        running: list[tuple[Gate, Future[Verdict]]] = [(gate, pool.submit(judge, gate)) for gate in GATES]
        for gate, future in running:
            report(gate, future.result())
    failed = [gate.name for gate, future in running if not future.result().holds]
    sys.stdout.write(f"FAILED: {', '.join(failed)}\n" if failed else f"all {len(GATES)} gates hold\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
