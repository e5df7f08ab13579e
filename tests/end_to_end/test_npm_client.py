"""The official OpenAI client for JavaScript. It must be installed first, so it runs only with `--npm`."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakes.gateways import Gateway

SCRIPT = Path(__file__).parent / "npm"
SYSTEM = "/usr/local/bin:/usr/bin:/bin"


@pytest.mark.timeout(300)
def test_the_javascript_client(pytestconfig: pytest.Config, gateway: Gateway, tmp_path: Path) -> None:
    if not pytestconfig.getoption("--npm", default=False):
        pytest.skip("runs with --npm, for it needs the network")
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("there is no node or no npm on this machine")
    shutil.copytree(SCRIPT, tmp_path / "npm")
    installed = subprocess.run(  # noqa: S603 # fixed arguments
        [npm, "install", "--no-audit", "--no-fund", "--no-package-lock"],
        cwd=tmp_path / "npm",
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if installed.returncode != 0:
        pytest.skip(f"npm cannot install: {installed.stderr[-300:]}")
    done = subprocess.run(  # noqa: S603 # fixed arguments
        [node, "test.mjs"],
        cwd=tmp_path / "npm",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={"PATH": SYSTEM, "WEIR_URL": gateway.http, "WEIR_API_KEY": gateway.key},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 8
