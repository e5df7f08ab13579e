"""A server of ours as operators run it: a process of its own on free ports, whose lines say when it is ready.

It knows the command line and nothing of what is served.
"""

import queue
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import IO

import msgspec

WEIR = str(Path(sys.executable).parent / "weir")
START_LIMIT = 30.0
STOP_LIMIT = 10.0
FREE_PORT = "127.0.0.1:0"
TRACE, FAULT = "Traceback", '"exception"'
LAST_LINES, LONGEST_LINE = 30, 300


class DidNotStart(Exception):
    """The process ended, or said nothing for too long, before it was ready."""


class DidNotEndWell(Exception):
    """The process had to be killed, ended with another status than expected, or left a trace in its log."""


@dataclass
class GatewayProcess:
    """One process that is ready. `start_seconds` is the time from spawning it to its ready line."""

    process: subprocess.Popen[str]
    folder: Path
    addresses: Mapping[str, str]
    issued: Mapping[str, str]
    start_seconds: float
    expected_status: int = 0

    @property
    def pid(self) -> int:
        """The process's number."""
        return self.process.pid

    @property
    def log(self) -> list[str]:
        """The lines of the log so far."""
        return (self.folder / "log").read_text().splitlines()

    def signal(self) -> None:
        """Asks the process to stop, and does not wait."""
        self.process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends the process as a power cut would."""
        self.expected_status = -signal.SIGKILL
        self.process.kill()
        self.process.wait(STOP_LIMIT)

    def stop(self) -> float:
        """Asks the process to stop unless it has ended; gives the seconds that took. Kills it if it takes too long."""
        asked = time.monotonic()
        if self.process.poll() is None:
            self.signal()
        return self.wait(STOP_LIMIT) - asked

    def wait(self, limit: float) -> float:
        """Waits for the end and gives its moment; kills the process if it does not come."""
        try:
            self.process.wait(limit)
        except subprocess.TimeoutExpired as error:
            self.process.kill()
            self.process.wait(STOP_LIMIT)
            raise DidNotEndWell(f"still there after {limit} seconds:\n{self._story()}") from error
        return time.monotonic()

    def check(self) -> None:
        """Raises DidNotEndWell unless the process ended as it should, without a trace of a fault in its log."""
        status = self.process.returncode
        if status != self.expected_status or self._left_a_trace():
            raise DidNotEndWell(f"ended with status {status}:\n{self._story()}")

    def _story(self) -> str:
        lines = self.log
        fault = next((number for number, line in enumerate(lines) if TRACE in line), len(lines) - LAST_LINES)
        return "\n".join(line[:LONGEST_LINE] for line in lines[max(0, fault) :][:LAST_LINES])

    def _left_a_trace(self) -> bool:
        return any(TRACE in line or FAULT in line for line in self.log)


def environment(folder: Path, variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Gives a process nothing of what this one has in its environment."""
    return {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "WEIR_METRICS_LISTEN": FREE_PORT,
        "WEIR_ADMIN_LISTEN": FREE_PORT,
        **(variables or {}),
    }


@contextmanager
def gateway_process(
    folder: Path, *arguments: str, variables: Mapping[str, str] | None = None
) -> Iterator[GatewayProcess]:
    """Runs `weir ARGUMENTS` while inside, from the folder; leaving stops it and checks how it ended."""
    folder.mkdir(exist_ok=True)
    begun = time.monotonic()
    with (
        (folder / "log").open("a") as log,
        subprocess.Popen(  # noqa: S603 # our own command
            [WEIR, *arguments, "--log-format", "json"],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
            env=environment(folder, variables),
        ) as process,
    ):
        try:
            addresses, issued = read_until_ready(process, begun + START_LIMIT, folder / "log")
            running = GatewayProcess(process, folder, addresses, issued, time.monotonic() - begun)
            yield running
            running.stop()
        finally:
            process.kill()
    running.check()


def weir(folder: Path, *arguments: str, variables: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a `weir` command that ends by itself."""
    folder.mkdir(exist_ok=True)
    return subprocess.run(  # noqa: S603 # our own command
        [WEIR, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=START_LIMIT,
        cwd=folder,
        env=environment(folder, variables),
    )


def read_until_ready(process: subprocess.Popen[str], until: float, log: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Gives the addresses of the ready line, and the credentials shown before it."""
    assert process.stdout is not None
    lines: queue.Queue[str | None] = queue.Queue()
    Thread(target=pass_lines, args=(process.stdout, lines), daemon=True).start()
    issued: dict[str, str] = {}
    try:
        while (line := lines.get(timeout=until - time.monotonic())) is not None:
            said = msgspec.json.decode(line, type=dict[str, str])
            event = said.pop("event")
            if event == "ready":
                return said, issued
            issued[said["credential"]] = said["value"]
    except queue.Empty:
        pass
    raise DidNotStart(log.read_text())


def pass_lines(stream: IO[str], lines: "queue.Queue[str | None]") -> None:
    """Hands on what is printed, line by line, and None at the end."""
    for line in stream:
        lines.put(line)
    lines.put(None)
