"""Addresses to listen on: free, ours, somebody else's, impossible; and whose they are."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health
from grpc_health.v1.health_pb2 import HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import add_HealthServicer_to_server

from gateway_cli.doctor import who_listens
from gateway_cli.doctor.finding import State
from gateway_cli.doctor.listeners import check_listeners, obstacle_at
from gateway_cli.doctor.metrics import check_metrics
from tests.fakes.patients import Said, case_of, said, unread_case
from tests.fakes.plain_http import plain_http

FREE = {
    "WEIR_HTTP_LISTEN": "127.0.0.1:0",
    "WEIR_GRPC_LISTEN": "127.0.0.1:0",
    "WEIR_ADMIN_LISTEN": "127.0.0.1:0",
    "WEIR_METRICS_LISTEN": "off",
}
FRONT_DOOR = b'{"name":"weir","version":"1"}'
METRICS = b"# HELP x\nweir_requests_total 1\nweir_inflight 0\npython_info 1\n"


@contextmanager
def health_of(*services: str) -> Iterator[str]:
    """Serves the health of these services, and gives the address."""
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads)
        servicer = health.HealthServicer()
        for service in services:
            servicer.set(service, HealthCheckResponse.NOT_SERVING)
        add_HealthServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        yield f"127.0.0.1:{port}"
        server.stop(0).wait()


def about(folder: Path, variable: str, address: str) -> Said:
    """Gives what is said of one listener; the others are free."""
    name = variable.removeprefix("WEIR_").removesuffix("_LISTEN").lower()
    found = said(check_listeners, case_of(folder, variables={**FREE, variable: address}))
    return [one for one in found if one[1] == f"listener {name}"]


def test_addresses_that_are_free_are_fine(tmp_path: Path) -> None:
    states = said(check_listeners, case_of(tmp_path, variables=FREE))
    assert {state for state, _, _ in states} == {State.OK}
    assert [subject for _, subject, _ in states] == ["listener http", "listener grpc", "listener admin"]


def test_a_gateway_that_runs_may_have_its_addresses(tmp_path: Path) -> None:
    with plain_http(body=FRONT_DOOR) as http:
        assert about(tmp_path, "WEIR_HTTP_LISTEN", http.authority)[0][0] is State.OK
    with plain_http(body=METRICS) as http:
        assert about(tmp_path, "WEIR_METRICS_LISTEN", http.authority)[0][0] is State.OK
    with health_of("weir.v1.ChatService", "weir.admin.v1.UserService") as address:
        assert about(tmp_path, "WEIR_GRPC_LISTEN", address)[0][0] is State.OK
        assert about(tmp_path, "WEIR_ADMIN_LISTEN", address)[0][0] is State.OK


def test_another_program_in_the_way_is_a_failure(tmp_path: Path) -> None:
    with plain_http(body=b"hello") as http:
        for variable in ("WEIR_HTTP_LISTEN", "WEIR_GRPC_LISTEN", "WEIR_METRICS_LISTEN"):
            ((state, _, sentence),) = about(tmp_path, variable, http.authority)
            assert (state, sentence) == (State.FAIL, f"another program has {http.authority}")
    with health_of("other.Service") as address:
        assert about(tmp_path, "WEIR_HTTP_LISTEN", address)[0][0] is State.FAIL
    with plain_http(body=b'{"name":"other"}') as http:
        assert about(tmp_path, "WEIR_HTTP_LISTEN", http.authority)[0][0] is State.FAIL
    with health_of("other.Service") as address:
        assert about(tmp_path, "WEIR_ADMIN_LISTEN", address)[0][0] is State.FAIL


def test_who_does_not_say_whose_it_is_makes_doubtful(tmp_path: Path) -> None:
    with plain_http() as http:
        assert about(tmp_path, "WEIR_CHANNELZ_LISTEN", http.authority)[0][0] is State.WARN
        assert about(tmp_path, "WEIR_ADMIN_LISTEN", http.authority)[0][0] is State.WARN


def test_an_address_that_this_machine_has_not_got_is_a_failure(tmp_path: Path) -> None:
    ((state, _, sentence),) = about(tmp_path, "WEIR_HTTP_LISTEN", "192.0.2.1:8080")
    assert state is State.FAIL
    assert "cannot be listened on" in sentence


def test_a_socket_in_the_file_system_is_free_unless_somebody_answers(tmp_path: Path) -> None:
    path = tmp_path / "s"
    assert obstacle_at(f"unix:{path}") is None
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        assert obstacle_at(f"unix:{path}") is None
        listener.listen()
        assert obstacle_at(f"unix:{path}") is not None


@pytest.mark.parametrize(
    ("listened_on", "called"),
    [
        ("0.0.0.0:1", "127.0.0.1:1"),
        ("[::]:1", "[::1]:1"),
        (":1", "127.0.0.1:1"),
        ("192.0.2.1:1", "192.0.2.1:1"),
        ("unix:/a:b", "unix:/a:b"),
    ],
)
def test_an_address_that_means_all_is_called_at_home(listened_on: str, called: str) -> None:
    assert who_listens.reachable(listened_on) == called


def test_metrics_are_counted_where_a_gateway_shows_them(tmp_path: Path) -> None:
    def about_metrics(address: str) -> tuple[State, str]:
        ((state, _, sentence),) = said(check_metrics, case_of(tmp_path, variables={"WEIR_METRICS_LISTEN": address}))
        return state, sentence

    assert about_metrics("off")[0] is State.WARN
    assert about_metrics("127.0.0.1:0") == (State.OK, "no gateway runs that shows any at 127.0.0.1:0")
    with plain_http(body=METRICS) as http:
        assert about_metrics(http.authority) == (State.OK, f"{http.url}/metrics shows 2 samples")
        assert http.got[0][0] == "/metrics"
    with plain_http(body=b"hello") as http:
        assert about_metrics(http.authority)[0] is State.WARN


def test_without_a_configuration_there_is_nothing_to_look_at() -> None:
    assert said(check_listeners, unread_case()) == said(check_metrics, unread_case()) == []
