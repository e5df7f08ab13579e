"""Checks that each address the gateway is to listen on is free, or that it is a gateway that listens there already."""

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from gateway_cli.doctor import who_listens
from gateway_cli.doctor.case import Case
from gateway_cli.doctor.finding import Finding, broken, doubtful, fine

UNIX = "unix:"


@dataclass(frozen=True, slots=True)
class Listener:
    """An address to listen on, the variable that sets it, and how to tell whether who listens there is a gateway."""

    name: str
    variable: str
    address: str | None
    is_ours: Callable[[str], bool | None]


def listeners(case: Case) -> list[Listener]:
    """Gives those that are switched on."""
    if case.configuration is None:
        return []
    core, facade, process = case.configuration.core, case.configuration.facade, case.configuration.process
    found = (
        Listener("http", "WEIR_HTTP_LISTEN", facade.http_listen, who_listens.is_facade),
        Listener("grpc", "WEIR_GRPC_LISTEN", core.grpc_listen, who_listens.is_core),
        Listener("admin", "WEIR_ADMIN_LISTEN", case.configuration.admin.listen, who_listens.is_admin),
        Listener("metrics", "WEIR_METRICS_LISTEN", process.metrics_listen, who_listens.shows_metrics),
        Listener("channelz", "WEIR_CHANNELZ_LISTEN", core.channelz_listen, who_listens.cannot_be_told),
    )
    return [listener for listener in found if listener.address is not None]


def check_listeners(case: Case) -> Iterator[Finding]:
    """Looks at each address. It binds it for a moment, and listens nowhere."""
    for listener in listeners(case):
        subject, address = f"listener {listener.name}", listener.address or ""
        obstacle = obstacle_at(address)
        if obstacle is None:
            yield fine(subject, f"{address} is free")
        elif obstacle.errno != errno.EADDRINUSE:
            why = obstacle.strerror or str(obstacle)
            yield broken(subject, f"{address} cannot be listened on: {why}", f"set {listener.variable}")
        else:
            yield _who_is_there(listener, subject, address)


def obstacle_at(address: str) -> OSError | None:
    """Says what keeps this machine from listening at an address."""
    try:
        if address.startswith(UNIX):
            _connect_in_vain(address.removeprefix(UNIX))
        else:
            _bind(address)
    except OSError as error:
        return error
    return None


def _bind(address: str) -> None:
    host, _, port = address.rpartition(":")
    host = host.strip("[]")
    family, kind, protocol, _, place = socket.getaddrinfo(host or None, int(port), type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(place)


def _connect_in_vain(path: str) -> None:
    with closing(socket.socket(socket.AF_UNIX)) as probe:
        try:
            probe.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            return
        raise OSError(errno.EADDRINUSE, "in use")


def _who_is_there(listener: Listener, subject: str, address: str) -> Finding:
    ours = listener.is_ours(address)
    if ours:
        return fine(subject, f"a gateway serves at {address}")
    if ours is None:
        return doubtful(subject, f"{address} is in use, and who is there does not say whether it is a gateway")
    return broken(subject, f"another program has {address}", f"end it, or set {listener.variable}")
