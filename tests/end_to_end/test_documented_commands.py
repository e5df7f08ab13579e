"""What README and the documents tell readers to type works as it stands, but for the addresses and the key."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.gateways import Gateway
from tests.fakes.snippets import commands, snippets

TOOLS = Path(sys.executable).parent
SYSTEM = "/usr/local/bin:/usr/bin:/bin"


def fitted(text: str, gateway: Gateway) -> str:
    """Puts in the addresses and the key of a gateway."""
    host, port = gateway.authority
    known = {
        "127.0.0.1:8080": f"{host}:{port}",
        "127.0.0.1:50051": gateway.grpc,
        "127.0.0.1:50052": gateway.admin,
        "gw_live_...": gateway.key,
    }
    for documented, real in known.items():
        text = text.replace(documented, real)
    return text


def run(arguments: list[str], folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a command with nothing in its environment but these."""
    return subprocess.run(  # noqa: S603 # what the documents say
        arguments,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        cwd=folder,
        env={"PATH": f"{TOOLS}:{SYSTEM}", "HOME": str(folder), **variables},
    )


def type_in(command: str, gateway: Gateway, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a command in a shell that has key and token in its environment, and knows the gateway."""
    secrets = {"WEIR_API_KEY": gateway.key, "WEIR_ADMIN_TOKEN": gateway.token, "WEIR_ADMIN_ADDRESS": gateway.admin}
    return run(["/bin/sh", "-c", fitted(command, gateway)], folder, **secrets)


def test_the_documents_hold_what_is_tested_here() -> None:
    assert len(commands("README.md", "curl")) >= 2
    assert len(commands("README.md", "buf")) == 2
    assert len(administration()) == 7
    assert len(commands("README.md", "grpcurl")) == 1
    assert len(snippets("README.md", "python")) == 2
    assert len(snippets("README.md", "yaml")) == 1
    assert len(commands("docs/simulator.md", "curl")) == 2


CURLS = [
    (document, command)
    for document in ("README.md", "docs/simulator.md")
    for command in commands(document, "curl")
    if command.startswith("curl")
]


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl on this machine")
@pytest.mark.parametrize(("document", "command"), CURLS, ids=lambda value: value[:12])
def test_curl(embedded: Gateway, tmp_path: Path, document: str, command: str) -> None:
    del document
    stalls = "stall=" in command
    done = type_in(f"{command.rstrip()} -sS --max-time {2 if stalls else 20}", embedded, tmp_path)
    assert (done.returncode == 0) is not stalls, done.stderr
    assert '"content":' in done.stdout


@pytest.mark.parametrize(("number", "told"), [(0, '"completed"'), (1, '"users/bob"')], ids=["chat", "administration"])
def test_buf_curl(embedded: Gateway, tmp_path: Path, number: int, told: str) -> None:
    done = type_in(commands("README.md", "buf")[number], embedded, tmp_path)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout


def administration() -> list[str]:
    """Gives the commands of administrators, but for the one that looks at this very machine."""
    called = [command for command in commands("README.md", "weir") if not command.startswith(".venv")]
    return [command for command in called if "doctor" not in command]


def test_the_commands_of_administrators_work_in_their_order(embedded: Gateway, tmp_path: Path) -> None:
    for command in administration():
        done = type_in(command, embedded, tmp_path)
        assert done.returncode == 0, (command, done.stdout, done.stderr)


@pytest.mark.skipif(shutil.which("grpcurl") is None, reason="there is no grpcurl on this machine")
def test_grpcurl(embedded: Gateway, tmp_path: Path) -> None:
    (command,) = commands("README.md", "grpcurl")
    done = type_in(command, embedded, tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"summary"' in done.stdout


@pytest.mark.parametrize("number", [0, 1], ids=["openai", "generated"])
def test_python(embedded: Gateway, tmp_path: Path, number: int) -> None:
    snippet = fitted(snippets("README.md", "python")[number], embedded)
    done = run([sys.executable, "-c", snippet], tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "hello" in done.stdout


def test_weir_chat(embedded: Gateway, tmp_path: Path) -> None:
    assert '`.venv/bin/weir chat "hello"`' in (Path(__file__).resolve().parents[2] / "README.md").read_text()
    command = [str(TOOLS / "weir"), "chat", "hello"]
    done = run(command, tmp_path, WEIR_URL=embedded.http, WEIR_API_KEY=embedded.key)
    assert done.returncode == 0, done.stderr
    assert "hello" in done.stdout


def test_the_configuration_is_valid(tmp_path: Path) -> None:
    (tmp_path / "weir.yaml").write_text(snippets("README.md", "yaml")[0])
    (command,) = (command for command in commands("README.md", "weir") if "config check" in command)
    done = run([str(TOOLS / "weir"), *command.split("#")[0].split()[1:]], tmp_path, LOCAL_API_KEY="sk-made-up")
    assert done.returncode == 0, done.stderr


def test_the_configurations_of_the_simulator_are_valid(tmp_path: Path) -> None:
    for number, snippet in enumerate(snippets("docs/simulator.md", "yaml")):
        file = tmp_path / f"{number}.yaml"
        file.write_text(snippet)
        done = run([str(TOOLS / "weir"), "config", "check", "-f", str(file)], tmp_path)
        assert done.returncode == 0, done.stderr
