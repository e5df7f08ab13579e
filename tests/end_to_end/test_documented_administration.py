"""Every example of docs/administration.md does what the document says, and every rpc of the contract has one."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.gateways import Gateway, embedded_gateway
from tests.fakes.snippets import ROOT, snippets

DOCUMENT = "docs/administration.md"
TOOLS = Path(sys.executable).parent
REFUSED = re.compile(r"^(?P<call>.*admin .*\S) +# (?P<reason>\w+)$")
CALLED = re.compile(r"\badmin (\w+)/(\w+) ")
SERVICE = re.compile(r"^service (\w+) \{(.*?)^\}", re.MULTILINE | re.DOTALL)
RPC = re.compile(r"^  rpc (\w+)\(", re.MULTILINE)
EXPECT = """
decoded() { value=$(echo "$1" | sed -n 's/.*"value": "\\([^"]*\\)".*/\\1==/p' | head -n 1)
echo "$value" | base64 -d 2> /dev/null | tr -d '\\000'; }
expect() { reason=$1; shift; if said=$(eval "$1" 2>&1); then echo "went well: $1"; exit 1; fi
case "$said $(decoded "$said")" in *"$reason"*) ;; *) echo "no $reason in: $said"; exit 1;; esac; }
"""


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Gateway]:
    """Gives a gateway that nobody has administered yet."""
    with embedded_gateway(tmp_path / "gateway") as running:
        yield running


def script(form: str, address: str) -> str:
    """Makes one script of the document: what a comment says is refused must be, everything else must go well."""
    lines = [line for block in snippets(DOCUMENT, "sh") for line in block.splitlines()]
    body = [expected(line) for line in lines if not line.startswith("admin()")]
    return "\n".join(["set -e", form, EXPECT, *body]).replace("127.0.0.1:50052", address)


def expected(line: str) -> str:
    """Turns a line whose comment names a reason into a check for it."""
    refused = REFUSED.match(line)
    return f"expect {refused['reason']} {quoted(refused['call'])}" if refused else line


def quoted(text: str) -> str:
    """Writes a text as one word of a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def rpcs() -> Iterator[tuple[str, str]]:
    """Gives every rpc of the contract."""
    for path in sorted((ROOT / "protos/weir/admin/v1").glob("*.proto")):
        for service, body in SERVICE.findall(path.read_text()):
            yield from ((service, name) for name in RPC.findall(body))


def test_every_rpc_has_an_example() -> None:
    text = "".join(snippets(DOCUMENT, "sh"))
    assert len(list(rpcs())) > 50
    assert set(rpcs()) - set(CALLED.findall(text)) == set()


@pytest.mark.parametrize("tool", ["buf", "grpcurl"])
def test_the_examples_do_what_the_document_says(fresh: Gateway, tmp_path: Path, tool: str) -> None:
    if shutil.which(tool, path=f"{TOOLS}:/usr/local/bin:/usr/bin:/bin") is None:
        pytest.skip(f"there is no {tool} on this machine")
    form = next(form for kind in ("sh", "text") for form in snippets(DOCUMENT, kind) if f"admin() {{ {tool} " in form)
    done = subprocess.run(  # noqa: S603 # what the document says
        ["/bin/sh", "-c", script(form, fresh.admin)],
        capture_output=True,
        text=True,
        check=False,
        timeout=55,
        cwd=tmp_path,
        env={"PATH": f"{TOOLS}:/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path), "WEIR_ADMIN_TOKEN": fresh.token},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
