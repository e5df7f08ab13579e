"""Where a call comes from, and whose word counts."""

import pytest

from gateway_core.interceptors.client_address import HEADER, ClientAddresses, peer_address

TRUSTED = ("127.0.0.0/8", "::1/128", "10.0.0.0/8")


def said(*values: str | bytes) -> list[tuple[str, str | bytes]]:
    return [("x-request-id", "r"), *((HEADER, value) for value in values)]


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:192.0.2.1:4711", "192.0.2.1"),
        ("ipv6:[2001:db8::1]:4711", "2001:db8::1"),
        ("ipv6:%5B2001:db8::1%5D:4711", "2001:db8::1"),
        ("ipv6:[::ffff:192.0.2.1]:4711", "192.0.2.1"),
        ("ipv4:nonsense", "None"),
        ("unix:", "None"),
        ("unix:/run/weir", "None"),
        ("inprocess:", "None"),
    ],
)
def test_a_peer_is_read_as_grpc_names_it(peer: str, address: str) -> None:
    assert str(peer_address(peer)) == address
    assert str(ClientAddresses(()).of(peer, said())) == address


@pytest.mark.parametrize("peer", ["inprocess:", "ipv4:127.0.0.1:1", "ipv6:[::1]:1", "ipv4:10.1.2.3:1"])
@pytest.mark.parametrize(
    ("values", "address"),
    [
        (("192.0.2.9",), "192.0.2.9"),
        (("::ffff:192.0.2.9",), "192.0.2.9"),
        (("unknown",), "None"),
        (("",), "None"),
        ((b"192.0.2.9",), "None"),
        (("192.0.2.9", "10.0.0.1"), "None"),
    ],
)
def test_a_facade_is_believed(peer: str, values: tuple[str | bytes, ...], address: str) -> None:
    assert str(ClientAddresses(TRUSTED).of(peer, said(*values))) == address


@pytest.mark.parametrize("peer", ["ipv4:192.0.2.1:1", "ipv6:[2001:db8::1]:1", "unix:"])
def test_nobody_else_is(peer: str) -> None:
    assert ClientAddresses(TRUSTED).of(peer, said("10.0.0.1")) == peer_address(peer)


def test_a_facade_that_says_nothing_calls_for_itself() -> None:
    assert str(ClientAddresses(TRUSTED).of("ipv4:127.0.0.1:1", said())) == "127.0.0.1"
