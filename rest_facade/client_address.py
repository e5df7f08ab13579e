"""Finds out where a request comes from, past proxies that are known. It judges no address."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Final

from starlette.types import Scope

FORWARDED: Final = b"x-forwarded-for"
UNKNOWN: Final = "unknown"
"""Stands for an address that nobody knows: the core must not take the facade's own for it."""

REMEMBERED: Final = 4096


class ClientAddresses:
    """Believes `X-Forwarded-For` only where proxies that it trusts wrote it: from the right, as far as they reach."""

    def __init__(self, trusted_proxies: Sequence[str] = ()) -> None:
        """Takes networks in CIDR notation."""
        self._trusted = tuple(ip_network(network, strict=False) for network in trusted_proxies)
        self._is_proxy = lru_cache(REMEMBERED)(self._is_trusted)

    def of(self, scope: Scope, headers: dict[bytes, bytes]) -> str:
        """Gives the caller's address. `headers` are the last values of each of the scope's headers."""
        client = scope.get("client")
        if client is None:
            return UNKNOWN
        peer: str = client[0]
        if not self._trusted or FORWARDED not in headers or not self._is_proxy(peer):
            return peer
        return self._behind(peer, scope)

    def _behind(self, peer: str, scope: Scope) -> str:
        """Gives the nearest address that is no proxy's, or the farthest proxy."""
        chain = ",".join(value.decode("latin-1") for name, value in scope["headers"] if name == FORWARDED)
        address = peer
        for hop in reversed(chain.split(",")):
            if not hop.strip():
                continue
            address = without_port(hop.strip())
            trusted = self._is_proxy(address)
            if trusted is None:
                return UNKNOWN
            if not trusted:
                return address
        return address

    def _is_trusted(self, text: str) -> bool | None:
        """Says whether an address is a proxy's; None if it is no address."""
        try:
            address = ip_address(text)
        except ValueError:
            return None
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._trusted)


def without_port(hop: str) -> str:
    """Takes the port off: some proxies write `192.0.2.1:5` and `[2001:db8::1]:5`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    host, _, port = hop.rpartition(":")
    return host if port.isdigit() and ":" not in host and host else hop
