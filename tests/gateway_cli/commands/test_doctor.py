"""`weir doctor`: its lines, its JSON and its status."""

from pathlib import Path

import msgspec
import pytest

from gateway_cli.commands.doctor import show
from gateway_cli.doctor.finding import broken, fine
from tests.fakes.answering_admin import weir
from tests.fakes.plain_http import plain_http

FREE = {
    "WEIR_HTTP_LISTEN": "127.0.0.1:0",
    "WEIR_GRPC_LISTEN": "127.0.0.1:0",
    "WEIR_ADMIN_LISTEN": "127.0.0.1:0",
    "WEIR_METRICS_LISTEN": "127.0.0.1:0",
    "OPENAI_API_KEY": "",
}


def variables(folder: Path) -> dict[str, str]:
    """Gives what keeps a gateway to a folder."""
    return {**FREE, "HOME": str(folder)}


def test_a_new_gateway_is_healthy_and_nothing_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    result = weir("doctor", "--data-dir", str(folder), "-f", "/dev/null", variables=variables(tmp_path))
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert "ok    configuration    /dev/null with the variables of the environment" in lines
    assert any(line.startswith("warn  admin service") for line in lines)
    assert any(line.strip().startswith("-> set WEIR_ADMIN_TOKEN") for line in lines)
    assert not folder.exists()


def test_a_credential_that_is_refused_ends_with_status_one_and_is_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    with plain_http(401) as http:
        file.write_text(
            f"version: 1\nproviders:\n  main:\n    kind: openai\n    base_url: {http.url}/v1\n"
            "    credentials: [{name: a, secret: sk-made-up-for-this-test}]\n"
        )
        given = ("doctor", "-f", str(file), "--data-dir", str(tmp_path), "-o", "json")
        result = weir(*given, variables=variables(tmp_path))
    assert result.exit_code == 1
    report = msgspec.json.decode(result.stdout)
    assert report["healthy"] is False
    (failed,) = (finding for finding in report["findings"] if finding["state"] == "fail")
    assert failed["subject"] == "provider main, credential a"
    assert failed["advice"]
    assert "made-up-for-this-test" not in result.output


def test_what_to_do_stands_on_its_own_line(capsys: pytest.CaptureFixture[str]) -> None:
    show(broken("database", "it is away", "start it"))
    show(fine("clock", "it is right"))
    assert capsys.readouterr().out == (
        "FAIL  database         it is away\n                       -> start it\nok    clock            it is right\n"
    )
