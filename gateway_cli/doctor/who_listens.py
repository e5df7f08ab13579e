"""Tells whether it is a gateway that listens at an address, by asking what only a gateway answers so."""

import msgspec
from grpc import RpcError, StatusCode, insecure_channel
from grpc_health.v1.health_pb2 import HealthCheckRequest
from grpc_health.v1.health_pb2_grpc import HealthStub

from gateway_cli.doctor.http_question import Answer, NoAnswer, ask

TIMEOUT = 2.0
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]", "": "127.0.0.1"}  # noqa: S104 -- to replace it
UNIX = "unix:"
CORE = "weir.v1.ChatService"
ADMIN = "weir.admin.v1.UserService"


class FrontDoor(msgspec.Struct):
    """What the facade says at `/`."""

    name: str = ""


def is_facade(address: str) -> bool | None:
    """Says whether a facade serves REST there."""
    answer = _get(address, "/")
    try:
        return answer is not None and msgspec.json.decode(answer.body, type=FrontDoor).name == "weir"
    except msgspec.DecodeError:
        return False


def shows_metrics(address: str) -> bool | None:
    """Says whether a gateway shows its metrics there."""
    return count_metrics(address) > 0


def is_core(address: str) -> bool | None:
    """Says whether a core serves gRPC there."""
    return _has_health_of(CORE, address) or False


def is_admin(address: str) -> bool | None:
    """Says whether an admin service is there; nothing if it may be one behind TLS."""
    return _has_health_of(ADMIN, address)


def cannot_be_told(address: str) -> None:
    """Stands for listeners that do not say whose they are."""
    del address


def count_metrics(address: str) -> int:
    """Counts the samples of a gateway's own that a metrics page shows; none if there is no such page."""
    answer = _get(address, "/metrics")
    lines = answer.body.splitlines() if answer is not None else []
    return sum(line.startswith(b"weir_") for line in lines)


def reachable(address: str) -> str:
    """Gives the address to call for one that is listened on."""
    host, _, port = address.rpartition(":")
    return address if address.startswith(UNIX) else f"{EVERYWHERE.get(host, host)}:{port}"


def _get(address: str, path: str) -> Answer | None:
    try:
        return ask(f"http://{reachable(address)}{path}", TIMEOUT)
    except NoAnswer:
        return None


def _has_health_of(service: str, address: str) -> bool | None:
    with insecure_channel(reachable(address)) as channel:
        try:
            HealthStub(channel).Check(HealthCheckRequest(service=service), timeout=TIMEOUT)
        except RpcError as error:
            code = error.code()
            return None if code in (StatusCode.UNAVAILABLE, StatusCode.DEADLINE_EXCEEDED) else False
        return True
