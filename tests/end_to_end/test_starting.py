"""How a gateway starts: quickly, small, with a key that stays, and with one sentence where it cannot."""

import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from tests.fakes.gateway_process import FREE_PORT, GatewayProcess, gateway_process, weir
from tests.fakes.gateways import CONFIGURATION, GATEWAYS, embedded_gateway, split_gateway, written
from tests.fakes.process_figures import resident_bytes

LONGEST_START = 5.0
LONGEST_ABSENCE = 20.0
LARGEST_IDLE = 120 * 1024 * 1024
BOOTSTRAP = "gw_test_of_the_operator"


def works(http: str, key: str) -> bool:
    """Says whether a key is taken."""
    with httpx2.Client(trust_env=False, timeout=10) as client:
        return client.get(f"{http}/v1/models", headers={"x-api-key": key}).status_code == 200


@contextmanager
def up(folder: Path, **variables: str) -> Iterator[GatewayProcess]:
    """Runs `weir up` as it is without a configuration."""
    data = str(folder / "data")
    listen = ("--http-listen", FREE_PORT, "--grpc-listen", FREE_PORT)
    with gateway_process(folder, "up", "--data-dir", data, *listen, variables=variables) as process:
        yield process


@pytest.mark.parametrize("kind", list(GATEWAYS))
def test_a_gateway_starts_quickly_and_is_small(tmp_path: Path, kind: str) -> None:
    with GATEWAYS[kind](tmp_path / "gateway") as gateway:
        for process in {gateway.front.pid: gateway.front, gateway.core.pid: gateway.core}.values():
            resident = resident_bytes(process.pid)
            sys.stdout.write(f"{kind}: started in {process.start_seconds:.2f} s, {resident / 2**20:.0f} MiB resident\n")
            assert process.start_seconds < LONGEST_START
            assert resident < LARGEST_IDLE


def test_without_a_configuration_the_simulator_answers(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        assert set(process.addresses) == {"http", "grpc", "admin", "metrics"}
        assert set(process.issued) == {"api_key", "admin_token"}
        with httpx2.Client(trust_env=False, timeout=10) as client:
            listed = client.get(
                f"{process.addresses['http']}/v1/models", headers={"x-api-key": process.issued["api_key"]}
            )
            metrics = client.get(process.addresses["metrics"])
    assert [model["id"] for model in listed.json()["data"]] == ["weir-demo"]
    assert "process_resident_memory_bytes" in metrics.text
    assert process.issued["api_key"] not in "\n".join(process.log)


def test_a_second_start_shows_no_key_and_the_old_one_works_even_after_a_kill(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        key = process.issued["api_key"]
        assert works(process.addresses["http"], key)
    with up(tmp_path) as process:
        assert process.issued == {}
        assert works(process.addresses["http"], key)
        assert not works(process.addresses["http"], key[:-1])
        process.kill()
    with up(tmp_path) as process:
        assert process.issued == {}
        assert works(process.addresses["http"], key)


def test_the_key_of_the_operator_works_and_is_not_shown(tmp_path: Path) -> None:
    with up(tmp_path, WEIR_BOOTSTRAP_API_KEY=BOOTSTRAP) as process:
        assert set(process.issued) == {"admin_token"}
        assert works(process.addresses["http"], BOOTSTRAP)
    assert BOOTSTRAP not in "\n".join(process.log)
    with up(tmp_path) as process:
        assert works(process.addresses["http"], BOOTSTRAP)


def test_an_interrupt_ends_it_as_well(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        process.process.send_signal(signal.SIGINT)
        process.wait(10)


TAKEN = [
    "WEIR_HTTP_LISTEN",
    "WEIR_GRPC_LISTEN",
    "WEIR_ADMIN_LISTEN",
    "WEIR_METRICS_LISTEN",
    "WEIR_CHANNELZ_LISTEN",
]


@pytest.mark.parametrize("variable", TAKEN)
def test_a_port_in_use_is_one_sentence(tmp_path: Path, variable: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        listen = {"WEIR_HTTP_LISTEN": FREE_PORT, "WEIR_GRPC_LISTEN": FREE_PORT, variable: address}
        done = weir(tmp_path, "up", "--data-dir", str(tmp_path / "data"), variables=listen)
    assert done.returncode == 1
    assert "weir is ready" not in done.stdout
    said = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert len(said) == 1, done.stderr
    assert said[0].startswith("weir cannot start: ")
    assert address in said[0]


def test_a_data_folder_that_is_none_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")
    listen = {"WEIR_HTTP_LISTEN": FREE_PORT, "WEIR_GRPC_LISTEN": FREE_PORT}
    done = weir(tmp_path, "up", "--data-dir", str(tmp_path / "data"), variables=listen)
    said = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert (done.returncode, len(said)) == (1, 1), done.stderr
    assert said[0].startswith("weir cannot start: ")


BAD = """\
version: 1
providers:
  a: {kind: opanai}
  b: {kind: simulator, timeouts: {idle: soon}}
models:
  m: {targets: [{provider: nobody, model: ""}]}
colour: blue
"""


def test_a_bad_configuration_is_told_line_by_line(tmp_path: Path) -> None:
    file = written(tmp_path, BAD)
    variables = {"WEIR_DRAIN": "later", "WEIR_COLOUR": "blue"}
    for command in ("up", "facade"):
        done = weir(tmp_path, command, "--config", file, variables=variables)
        assert done.returncode == 1
        assert "Traceback" not in done.stderr
        for part in (":3", ":4", ":6", ":7", "WEIR_DRAIN", "WEIR_COLOUR"):
            assert len([line for line in done.stderr.splitlines() if part in line]) == 1, (part, done.stderr)
        assert len(done.stderr.splitlines()) == 6


def test_a_key_of_the_operator_that_cannot_serve_is_not_repeated(tmp_path: Path) -> None:
    key = "with space in it"
    listen = {"WEIR_HTTP_LISTEN": FREE_PORT, "WEIR_GRPC_LISTEN": FREE_PORT, "WEIR_BOOTSTRAP_API_KEY": key}
    done = weir(tmp_path, "up", "--data-dir", str(tmp_path / "data"), variables=listen)
    assert done.returncode == 1
    assert "WEIR_BOOTSTRAP_API_KEY" in done.stderr
    assert key not in done.stdout + done.stderr


def test_a_facade_lives_without_a_core_and_is_not_ready(tmp_path: Path) -> None:
    file = written(tmp_path, CONFIGURATION)
    dialled = ("--core", "dns:///127.0.0.1:9")
    with (
        gateway_process(tmp_path / "f", "facade", "--config", file, "--http-listen", FREE_PORT, *dialled) as facade,
        httpx2.Client(base_url=facade.addresses["http"], trust_env=False, timeout=10) as client,
    ):
        assert client.get("/livez").status_code == 200
        assert client.get("/readyz").status_code == 503
        refused = client.get("/v1/user", headers={"x-api-key": "any", "x-request-timeout": "2"})
        assert refused.status_code == 503
        assert refused.json()["error"]["code"] == "overloaded"
        assert "127.0.0.1" not in refused.text


def test_a_facade_finds_its_core_again(tmp_path: Path) -> None:
    with split_gateway(tmp_path / "gateway") as gateway:
        arguments = ("core", "--config", written(tmp_path / "gateway", CONFIGURATION), "--grpc-listen", gateway.grpc)
        data = ("--data-dir", str(tmp_path / "gateway" / "data"))
        assert works(gateway.http, gateway.key)
        gateway.core.kill()
        assert not works(gateway.http, gateway.key)
        with gateway_process(tmp_path / "again", *arguments, *data) as core:
            assert core.issued == {}
            with httpx2.Client(trust_env=False, timeout=10) as client:
                until = time.monotonic() + LONGEST_ABSENCE
                while client.get(f"{gateway.http}/readyz").status_code != 200:
                    assert time.monotonic() < until
            assert works(gateway.http, gateway.key)
            gateway.front.stop()


def test_two_gateways_may_share_a_data_folder(tmp_path: Path) -> None:
    with embedded_gateway(tmp_path / "one") as one, up(tmp_path / "one") as two:
        assert two.issued == {}
        assert works(two.addresses["http"], one.key)
