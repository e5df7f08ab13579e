"""The example in Go: generated, built, and run against a gateway. It needs modules, so it runs only with `--go`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fakes.gateways import Gateway
from tests.fakes.snippets import ROOT

EXAMPLE = ROOT / "examples" / "go"
BUF = Path(sys.executable).parent / "buf"
PLUGINS = (
    "google.golang.org/protobuf/cmd/protoc-gen-go@latest",
    "google.golang.org/grpc/cmd/protoc-gen-go-grpc@latest",
)


def run(folder: Path, *arguments: str, **variables: str) -> str:
    """Runs a program that must go well, with the environment of the machine: what a Go needs is its own affair."""
    path = f"{folder / 'bin'}:/usr/local/go/bin:{os.defpath}"
    done = subprocess.run(  # noqa: S603 # fixed arguments
        arguments,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
        env={"PATH": path, "HOME": str(folder), "GOBIN": str(folder / "bin"), "GOFLAGS": "-mod=mod", **variables},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.timeout(600)
def test_the_example_makes_a_key_chats_revokes_it_and_is_refused(
    pytestconfig: pytest.Config, embedded: Gateway, tmp_path: Path
) -> None:
    if not pytestconfig.getoption("--go", default=False):
        pytest.skip("runs with --go, for it needs the network")
    go = shutil.which("go", path=f"/usr/local/go/bin:{os.defpath}")
    if go is None:
        pytest.skip("there is no go on this machine")
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "go"))
    for plugin in PLUGINS:
        run(folder, go, "install", plugin)
    run(folder, str(BUF), "generate", str(ROOT), "--template", "buf.gen.yaml")
    run(folder, go, "mod", "tidy")
    addresses = {"WEIR_ADMIN_ADDRESS": embedded.admin, "WEIR_GRPC_ADDRESS": embedded.grpc}
    told = run(folder, go, "run", ".", WEIR_ADMIN_TOKEN=embedded.token, **addresses).splitlines()
    assert told[0].startswith("made users/go-")
    assert told[1].startswith("answered by weir-demo with configuration ")
    assert told[2].endswith("Unauthenticated API_KEY_REVOKED")
