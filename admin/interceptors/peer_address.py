"""Reads where a call comes from, as gRPC tells it. It judges nobody."""

from ipaddress import IPv6Address
from typing import Final
from urllib.parse import unquote

from gateway_core.interceptors.client_address import read_address

LOCAL: Final = "local"
NEIGHBOURS: Final = 64


def address_of(peer: str | None) -> str:
    """Gives the IP address in `ipv4:1.2.3.4:5` or `ipv6:[::1]:5`; `local` for sockets without one."""
    kind, _, rest = unquote(peer or "").partition(":")
    if kind not in ("ipv4", "ipv6"):
        return LOCAL
    return rest.rpartition(":")[0].strip("[]") or LOCAL


def household(address: str) -> str:
    """Gives what stands for everybody behind one address: with IPv6, its /64, since a guest has all of it."""
    parsed = read_address(address)
    if not isinstance(parsed, IPv6Address):
        return address if parsed is None else str(parsed)
    return f"{int(parsed) >> NEIGHBOURS:x}/{NEIGHBOURS}"
