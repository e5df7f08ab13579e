"""Where a call comes from, as gRPC writes it and as we count it."""

import pytest

from admin.interceptors.peer_address import address_of, household


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("ipv4:192.0.2.1:55123", "192.0.2.1"),
        ("ipv6:[::1]:55123", "::1"),
        ("ipv6:%5B2001:db8::7%5D:55123", "2001:db8::7"),
        ("unix:", "local"),
        ("unix:/run/weir.sock", "local"),
        ("inprocess", "local"),
        ("", "local"),
        (None, "local"),
        ("ipv4:", "local"),
    ],
)
def test_the_address_is_what_stands_between_kind_and_port(peer: str | None, address: str) -> None:
    assert address_of(peer) == address


def test_an_ipv4_address_inside_an_ipv6_one_counts_as_itself() -> None:
    assert household("::ffff:192.0.2.1") == household("192.0.2.1") == "192.0.2.1"


def test_a_household_is_an_ipv4_address_or_a_network_of_ipv6() -> None:
    assert household("2001:db8::1") == household("2001:db8::2") != household("2001:db8:0:1::1")
    assert household("local") == "local"
