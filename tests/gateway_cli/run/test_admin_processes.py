"""The admin service as operators run it: within `weir up`, and as a process of its own beside a core."""

from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest

from tests.fakes.certificates import Authority
from tests.fakes.gateway_process import FREE_PORT, GatewayProcess, gateway_process, weir
from tests.fakes.rich_status import rich_status
from weir.admin.v1.gateway_pb2 import (
    GATEWAY_MODE_DISTRIBUTED,
    GATEWAY_MODE_EMBEDDED,
    STORE_KIND_POSTGRESQL,
    STORE_KIND_SQLITE,
    Gateway,
)
from weir.admin.v1.gateway_service_pb2 import GetGatewayRequest
from weir.admin.v1.gateway_service_pb2_grpc import GatewayServiceStub

UP = ("up", "--http-listen", FREE_PORT, "--grpc-listen", FREE_PORT)
TOKEN = "wadm_of_the_operator"
PATIENCE = 10


def gateway_of(address: str, token: str, credentials: grpc.ChannelCredentials | None = None) -> Gateway:
    """Asks an admin service how the gateway is."""
    dial = grpc.insecure_channel(address) if credentials is None else grpc.secure_channel(address, credentials)
    with dial as channel:
        stub = GatewayServiceStub(channel)
        metadata = (("authorization", f"Bearer {token}"),)
        return stub.GetGateway(GetGatewayRequest(), metadata=metadata, timeout=PATIENCE).gateway


def listeners(gateway: Gateway) -> dict[str, str]:
    return {listener.name: listener.address for listener in gateway.listeners}


def test_weir_up_serves_administration_for_the_token_it_shows(tmp_path: Path) -> None:
    with gateway_process(tmp_path, *UP, "--data-dir", str(tmp_path / "data")) as process:
        gateway = gateway_of(process.addresses["admin"], process.issued["admin_token"])
        with pytest.raises(grpc.RpcError) as refused:
            gateway_of(process.addresses["admin"], process.issued["api_key"])
        addresses = process.addresses
    assert rich_status(refused.value).reason == "ADMIN_TOKEN_INVALID"
    assert (gateway.mode, gateway.store.kind) == (GATEWAY_MODE_EMBEDDED, STORE_KIND_SQLITE)
    assert listeners(gateway) == {
        "http": addresses["http"].removeprefix("http://"),
        "grpc": addresses["grpc"],
        "admin": addresses["admin"],
        "metrics": addresses["metrics"].removeprefix("http://").removesuffix("/metrics"),
    }


def test_an_admin_process_stands_beside_a_core(tmp_path: Path, postgres_database: str) -> None:
    variables = {
        "WEIR_DATABASE_URL": postgres_database,
        "WEIR_MASTER_KEY": "00" * 32,
        "WEIR_BOOTSTRAP_ADMIN_TOKEN": TOKEN,
    }
    with ExitStack() as stack:

        def run(name: str, *arguments: str) -> GatewayProcess:
            return stack.enter_context(gateway_process(tmp_path / name, *arguments, variables=variables))

        admin = run("admin", "admin")
        core = run("core", "core", "--grpc-listen", FREE_PORT)
        assert set(admin.addresses) == {"admin", "metrics"}
        assert "admin" not in core.addresses
        gateway = gateway_of(admin.addresses["admin"], TOKEN)
        assert (gateway.mode, gateway.store.kind) == (GATEWAY_MODE_DISTRIBUTED, STORE_KIND_POSTGRESQL)
        assert listeners(gateway).keys() == {"admin", "metrics"}


def test_administration_over_tls_asks_for_a_certificate_and_a_token(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server, client = authority.pair("server"), authority.pair("client")
    (tmp_path / "weir.yaml").write_text(
        "version: 1\n"
        "server:\n"
        f"  admin_tls: {{cert_file: {server.cert_file}, key_file: {server.key_file}, "
        f"client_ca_file: {authority.cert_file}}}\n"
    )
    arguments = ("admin", "--config", str(tmp_path / "weir.yaml"), "--data-dir", str(tmp_path / "data"))
    with gateway_process(tmp_path / "run", *arguments) as process:
        credentials = grpc.ssl_channel_credentials(authority.certificate, client.key, client.certificate)
        gateway = gateway_of(process.addresses["admin"], process.issued["admin_token"], credentials)
        (admin, _) = gateway.listeners
        assert (admin.name, admin.tls, admin.mutual_tls) == ("admin", True, True)


def test_bad_files_for_tls_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "weir.yaml").write_text("version: 1\nserver:\n  admin_tls: {cert_file: none.crt, key_file: none.key}\n")
    done = weir(tmp_path, "admin", "--config", str(tmp_path / "weir.yaml"), "--data-dir", str(tmp_path / "data"))
    said = [line for line in done.stderr.splitlines() if " INFO " not in line]
    assert (done.returncode, len(said)) == (1, 1), done.stderr
    assert said[0].startswith("weir cannot start: admin_tls.cert_file: ")


def test_a_stop_ends_the_admin_process_quickly(tmp_path: Path) -> None:
    with gateway_process(tmp_path, "admin", "--data-dir", str(tmp_path / "data")) as process:
        gateway_of(process.addresses["admin"], process.issued["admin_token"])
        assert process.stop() < 5
