"""Finds out where a call comes from. It believes what facades say about their callers, and nobody else's word."""

from collections.abc import Sequence
from ipaddress import ip_address, ip_network
from urllib.parse import unquote

from gateway_core.identity.admission import Address
from gateway_core.interceptors.around import Pairs
from gateway_core.records.api_key import Network

HEADER = "x-weir-client-address"
INSIDE = "inprocess:"
KINDS = ("ipv4:", "ipv6:")


class ClientAddresses:
    """Knows which peers are facades: those in this process, and those in the networks it is told."""

    def __init__(self, trusted_facades: Sequence[str]) -> None:
        """Takes networks in CIDR notation."""
        self._trusted: tuple[Network, ...] = tuple(ip_network(network, strict=False) for network in trusted_facades)

    def of(self, peer: str, metadata: Pairs) -> Address | None:
        """Gives the address of the caller, None where it is not known. What a facade says wrongly is not known."""
        address = peer_address(peer)
        if peer.startswith(INSIDE) or (address is not None and self._is_facade(address)):
            said = [value for name, value in metadata if name == HEADER]
            if said:
                return read_address(said[0]) if len(said) == 1 else None
        return address

    def _is_facade(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


def peer_address(peer: str) -> Address | None:
    """Reads a peer as gRPC names it: `ipv4:192.0.2.1:5`, `ipv6:[2001:db8::1]:5`, `unix:`. The last has no address."""
    if not peer.startswith(KINDS):
        return None
    host = unquote(peer[5:]).rpartition(":")[0]
    return read_address(host.strip("[]"))


def read_address(text: str | bytes) -> Address | None:
    """Reads an address; an IPv4 address in the clothes of IPv6 is what it is."""
    if isinstance(text, bytes):
        return None
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.version == 6 and address.ipv4_mapped) or address  # noqa: PLR2004 # the number of the protocol
