"""What is wrong with a request is told in OpenAI's words, and never reaches the core."""

import asyncio
import resource
from collections.abc import AsyncIterator

import httpx2
import pytest

from rest_facade.settings import FacadeSettings
from tests.fakes.scripted_core import ScriptedCore, reply
from tests.fakes.served_facade import CHAT, HELLO, served_facade

MESSAGES = [{"role": "user", "content": "Hi"}]
TYPE = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        (b"{", None, "invalid_json"),
        (b"", None, "invalid_json"),
        (b'{"model":"\xff"}', None, "invalid_json"),
        (b'{"model":"\\ud800","messages":[]}', None, "invalid_json"),
        (b'{"model":"m","temperature":NaN}', None, "invalid_json"),
        (b"[1]", None, "invalid_type"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, None, "invalid_json"),
        (b"[" * 1_000_000, None, "invalid_json"),
    ],
)
async def test_a_body_that_is_no_json_object(body: bytes, param: str | None, code: str) -> None:
    core = ScriptedCore(reply())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, content=body, headers=TYPE)
    error = got.json()["error"]
    assert (got.status_code, error["type"], error["param"], error["code"]) == (
        400,
        "invalid_request_error",
        param,
        code,
    )
    assert core.chats == []


@pytest.mark.parametrize(
    ("body", "param", "code"),
    [
        ({"messages": MESSAGES}, "model", "missing_required_parameter"),
        ({"model": None, "messages": MESSAGES}, "model", "invalid_type"),
        ({"model": "m"}, "messages", "missing_required_parameter"),
        ({"model": "m", "messages": []}, "messages", "empty_array"),
        ({"model": 7, "messages": MESSAGES}, "model", "invalid_type"),
        ({"model": "m", "messages": "Hi"}, "messages", "invalid_type"),
        ({"model": "m", "messages": ["Hi"]}, "messages[0]", "invalid_type"),
        ({"model": "m", "messages": MESSAGES, "temperature": "hot"}, "temperature", "invalid_type"),
        ({"model": "m", "messages": MESSAGES, "stream": "yes"}, "stream", "invalid_type"),
        ({"model": "m", "messages": MESSAGES, "stream": 1}, "stream", "invalid_type"),
        ({"model": "m", "messages": MESSAGES, "stream_options": {}}, "stream_options", "invalid_value"),
        (
            {"model": "m", "messages": MESSAGES, "stream": False, "stream_options": {"include_usage": True}},
            "stream_options",
            "invalid_value",
        ),
    ],
)
async def test_a_field_that_does_not_fit_is_named(body: dict[str, object], param: str, code: str) -> None:
    core = ScriptedCore(reply())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=body)
    error = got.json()["error"]
    assert (got.status_code, error["param"], error["code"]) == (400, param, code)
    assert got.headers["x-request-id"]
    assert core.chats == []


async def test_a_form_is_told_what_to_send_instead() -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.post(CHAT, data={"model": "m"})
    assert (got.status_code, got.json()["error"]["code"]) == (415, "unsupported_media_type")


async def test_two_credentials_are_refused() -> None:
    headers = {"authorization": "Bearer a", "x-api-key": "b"}
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.post(CHAT, json=HELLO, headers=headers)
    assert (got.status_code, got.json()["error"]["code"]) == (400, "conflicting_credentials")


async def test_a_timeout_that_is_no_time_is_refused_by_name() -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.post(CHAT, json=HELLO, headers={"x-request-timeout": "soon"})
    assert (got.status_code, got.json()["error"]["param"]) == (400, "x-request-timeout")


@pytest.mark.parametrize("path", ["/v1/nope", "/v1/models/", "/v1/chat/completions/", "/v1//models", "/%0d%0a"])
async def test_an_unknown_url_is_told_in_openais_words(path: str) -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.get(path)
    assert (got.status_code, got.json()["error"]["type"]) == (404, "invalid_request_error")
    assert got.headers["x-request-id"]


@pytest.mark.parametrize(("method", "path"), [("GET", CHAT), ("PUT", CHAT), ("DELETE", "/v1/models"), ("POST", "/")])
async def test_a_wrong_method_is_told_the_right_ones(method: str, path: str) -> None:
    async with served_facade(ScriptedCore()) as facade:
        got = await facade.http.request(method, path)
    assert (got.status_code, got.json()["error"]["code"]) == (405, "method_not_supported")
    assert method not in got.headers["allow"].split(", ")


async def test_a_length_over_the_limit_is_refused_and_the_connection_closed() -> None:
    async with served_facade(ScriptedCore(), FacadeSettings(max_body_bytes=1000)) as facade:
        got = await facade.http.post(CHAT, content=b"x" * 1001, headers=TYPE)
    assert (got.status_code, got.json()["error"]["code"]) == (413, "request_too_large")
    assert got.headers["connection"] == "close"


async def endless(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65536):
        yield b" " * 65536
        await asyncio.sleep(0)


async def test_a_hundred_megabytes_in_pieces_are_refused_without_being_kept() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with served_facade(ScriptedCore(), FacadeSettings(max_body_bytes=1_000_000)) as facade:
        try:
            status = (await facade.http.post(CHAT, content=endless(100 * 2**20), headers=TYPE)).status_code
        except httpx2.WriteError:
            status = 413
        assert (await facade.http.get("/livez")).status_code == 200
    assert status == 413
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024
