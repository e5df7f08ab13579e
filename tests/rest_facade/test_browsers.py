"""Browsers get in from the origins that are allowed, and are told to do nothing but read."""

import pytest

from rest_facade.settings import FacadeSettings
from tests.fakes.scripted_core import ScriptedCore, reply
from tests.fakes.served_facade import CHAT, HELLO, served_facade

ASK = {"access-control-request-method": "POST", "access-control-request-headers": "authorization, x-stainless-lang"}


async def test_a_preflight_needs_no_credential() -> None:
    core = ScriptedCore()
    async with served_facade(core) as facade:
        got = await facade.http.options(CHAT, headers=ASK | {"origin": "https://app.example"})
    assert got.status_code == 204
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.headers["access-control-allow-headers"] == "authorization, x-stainless-lang"
    assert "POST" in got.headers["access-control-allow-methods"]
    assert "Origin" in got.headers["vary"]
    assert got.headers["x-request-id"]
    assert not core.called.is_set()


async def test_any_origin_may_read_where_all_are_allowed() -> None:
    async with served_facade(ScriptedCore(reply())) as facade:
        got = await facade.http.post(CHAT, json=HELLO, headers={"origin": "https://app.example"})
        plain = await facade.http.post(CHAT, json=HELLO)
    assert got.headers["access-control-allow-origin"] == "*"
    assert "x-request-id" in got.headers["access-control-expose-headers"]
    assert got.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in plain.headers
    assert "vary" not in plain.headers


async def test_only_the_listed_origins_may_read() -> None:
    settings = FacadeSettings(cors_origins=("https://app.example/",))
    async with served_facade(ScriptedCore(reply()), settings) as facade:
        friend = await facade.http.get("/livez", headers={"origin": "https://App.example"})
        stranger = await facade.http.get("/livez", headers={"origin": "https://evil.example"})
        nobody = await facade.http.get("/livez")
    assert friend.headers["access-control-allow-origin"] == "https://App.example"
    assert "access-control-allow-origin" not in stranger.headers
    assert {got.headers["vary"] for got in (friend, stranger, nobody)} == {"Origin"}


async def test_a_stranger_gets_no_leave_from_a_preflight() -> None:
    settings = FacadeSettings(cors_origins=("https://app.example",))
    async with served_facade(ScriptedCore(), settings) as facade:
        got = await facade.http.options(CHAT, headers=ASK | {"origin": "https://evil.example"})
    assert got.status_code == 204
    assert not [name for name in got.headers if name.startswith("access-control-")]


async def test_without_origins_nothing_is_shared() -> None:
    async with served_facade(ScriptedCore(), FacadeSettings(cors_origins=())) as facade:
        got = await facade.http.get("/livez", headers={"origin": "https://app.example"})
    assert "access-control-allow-origin" not in got.headers
    assert got.headers["cross-origin-resource-policy"] == "same-origin"


async def test_headers_asked_for_are_repeated_only_if_they_are_names() -> None:
    asked = {"origin": "https://a.example", "access-control-request-headers": "a;b"}
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.options(CHAT, headers=ASK | asked)
    assert "access-control-allow-headers" not in got.headers


@pytest.mark.parametrize(("method", "path"), [("GET", "/livez"), ("GET", "/nope"), ("PUT", CHAT), ("POST", CHAT)])
async def test_every_reply_is_guarded(method: str, path: str) -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.request(method, path, headers={"origin": "https://app.example"})
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in got.headers["content-security-policy"]
    assert got.headers["access-control-allow-origin"] == "*"
    assert got.headers["x-request-id"]
    assert "server" not in got.headers
    assert "strict-transport-security" not in got.headers
