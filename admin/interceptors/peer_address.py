"""Reads where a call comes from, as gRPC tells it. It judges nobody."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final, TypeAlias
from urllib.parse import unquote

Address: TypeAlias = IPv4Address | IPv6Address

LOCAL: Final = "local"
NEIGHBOURS: Final = 64


def address_of(peer: str | None) -> str:
    """Gives the IP address in `ipv4:1.2.3.4:5` or `ipv6:[::1]:5`; `local` for sockets without one."""
    kind, _, rest = unquote(peer or "").partition(":")
    if kind not in ("ipv4", "ipv6"):
        return LOCAL
    return rest.rpartition(":")[0].strip("[]") or LOCAL


def parse(address: str) -> Address | None:
    """Gives the address to compare with; an IPv4 address inside an IPv6 one counts as itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return getattr(parsed, "ipv4_mapped", None) or parsed


def household(address: str) -> str:
    """Gives what stands for everybody behind one address: with IPv6, its /64, since a guest has all of it."""
    parsed = parse(address)
    if not isinstance(parsed, IPv6Address):
        return address if parsed is None else str(parsed)
    return f"{int(parsed) >> NEIGHBOURS:x}/{NEIGHBOURS}"
