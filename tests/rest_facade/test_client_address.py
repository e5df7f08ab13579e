"""Where a request comes from: its peer, or what a trusted proxy says, from the right."""

import pytest

from rest_facade.client_address import UNKNOWN, ClientAddresses
from rest_facade.settings import FacadeSettings
from tests.fakes.scripted_core import ScriptedCore
from tests.fakes.served_facade import served_facade

PROXIES = ("10.0.0.0/8", "2001:db8::/32")
OUTSIDE = "198.51.100.7"


def address(peer: str | None, *forwarded: str, trusted: tuple[str, ...] = PROXIES) -> str:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope = {"client": None if peer is None else (peer, 1234), "headers": headers}
    return ClientAddresses(trusted).of(scope, dict(headers))


@pytest.mark.parametrize("forwarded", [(), ("192.0.2.1",), ("10.0.0.1, 192.0.2.1",)])
def test_a_peer_that_is_no_proxy_speaks_for_itself(forwarded: tuple[str, ...]) -> None:
    assert address(OUTSIDE, *forwarded) == OUTSIDE
    assert address("10.0.0.1", *forwarded, trusted=()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "found"),
    [
        (("192.0.2.1",), "192.0.2.1"),
        (("203.0.113.9, 192.0.2.1",), "192.0.2.1"),
        (("203.0.113.9, 192.0.2.1, 10.9.9.9",), "192.0.2.1"),
        (("203.0.113.9", "192.0.2.1"), "192.0.2.1"),
        (("192.0.2.1", "10.9.9.9"), "192.0.2.1"),
        (("10.1.1.1, 10.2.2.2",), "10.1.1.1"),
        (("192.0.2.1:4711",), "192.0.2.1"),
        (("[2001:470::1]:4711",), "2001:470::1"),
        (("2001:470::1",), "2001:470::1"),
        (("192.0.2.1, [2001:db8::1]",), "192.0.2.1"),
        (("192.0.2.1, ::ffff:10.1.2.3",), "192.0.2.1"),
        ((" , 192.0.2.1 ,, ",), "192.0.2.1"),
        ((" , ",), "10.0.0.1"),
        ((), "10.0.0.1"),
    ],
)
def test_behind_proxies_it_is_the_nearest_that_is_none(forwarded: tuple[str, ...], found: str) -> None:
    assert address("10.0.0.1", *forwarded) == found


@pytest.mark.parametrize("garbage", ["unknown", "_hidden", "192.0.2", "192.0.2.1, nonsense", "192.0.2.1:x", "é"])
def test_a_proxy_that_writes_no_address_leaves_it_unknown(garbage: str) -> None:
    assert address("10.0.0.1", garbage) == UNKNOWN


def test_a_peer_without_an_address_is_unknown() -> None:
    assert address(None, "192.0.2.1") == UNKNOWN


async def test_the_core_is_told_where_a_request_comes_from() -> None:
    core = ScriptedCore()
    forged = {"x-api-key": "k", "x-weir-client-address": "10.0.0.1", "x-forwarded-for": "10.0.0.1"}
    async with served_facade(core) as facade:
        await facade.http.get("/v1/user", headers=forged)
    assert core.metadata[-1]["x-weir-client-address"] == "127.0.0.1"


async def test_the_core_is_told_what_a_trusted_proxy_says() -> None:
    core = ScriptedCore()
    async with served_facade(core, FacadeSettings(trusted_proxies=("127.0.0.0/8",))) as facade:
        await facade.http.get("/v1/user", headers={"x-api-key": "k", "x-forwarded-for": "10.0.0.1, 192.0.2.7"})
    assert core.metadata[-1]["x-weir-client-address"] == "192.0.2.7"
