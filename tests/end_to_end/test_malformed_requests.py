"""Requests over REST that make no sense: each is refused with a 4xx that names what is wrong, and nothing leaks."""

from typing import Any

import msgspec
import orjson
import pytest

from tests.fakes.gateways import Gateway
from tests.fakes.raw_http import RawReply, exchange, head, post

LEAKS = (b"Traceback", b'File "', b".py", b"Error(", b"grpc", b"object at 0x", b"127.0.0.1")
USER = {"role": "user", "content": "hello"}
HELLO = {"model": "weir-demo", "messages": [USER]}


def sent(gateway: Gateway, body: bytes, *lines: str | bytes) -> RawReply:
    """Posts a chat with a key that works."""
    return exchange(gateway.authority, post(body, f"authorization: Bearer {gateway.key}", *lines))


def check_refusal(reply: RawReply, status: int, param: str | None = None) -> dict[str, Any]:
    """Checks that a reply is an error as OpenAI writes it, without a word about the inside; gives the error."""
    assert reply.status == status, reply.body
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["x-request-id"]
    error: dict[str, Any] = reply.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert isinstance(error["message"], str)
    assert error["message"]
    assert error["type"] == ("authentication_error" if status == 401 else "invalid_request_error")
    assert error["param"] == param, error
    assert not [leak for leak in LEAKS if leak in reply.body]
    return error


def check_alive(gateway: Gateway) -> None:
    """Checks that the gateway answers as if nothing had been."""
    assert sent(gateway, orjson.dumps(HELLO)).status == 200


def deep(levels: int) -> bytes:
    """Writes a request with an unknown field that nests."""
    return b'{"model":"weir-demo","messages":[],"x":' + b"[" * levels + b"]" * levels + b"}"


NO_OBJECT = [
    b"",
    b" ",
    b"{",
    b"hello",
    b"[]",
    b'"text"',
    b"null",
    b"7",
    b'{"model": "weir-demo",}',
    b"{'model': 'weir-demo'}",
    b'{"model": "weir-demo"} trailing',
    b'{"a": NaN}',
    b'{"temperature": Infinity}',
    b'{"a": "\xff\xfe"}',
    b"\xff\xfe{\x00}\x00",
    b"\x00",
    b'{"a": "line\nbreak"}',
    b'{"a": "\\ud800"}',
    b'{"a": "\\udc00\\ud800"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": 01}',
    b'{"model": "weir-demo", "messages": [{"role": "user", "content": "a"}], "temperature": 1e400}',
    deep(101),
    deep(100_000),
    b"[" * 1_000_000,
    b'{"a":' * 100_000,
]


@pytest.mark.parametrize("body", NO_OBJECT, ids=lambda body: repr(body[:24]))
def test_a_body_that_is_no_json_object_is_refused(gateway: Gateway, body: bytes) -> None:
    check_refusal(sent(gateway, body), 400)
    check_alive(gateway)


WRONG_FIELDS = [
    ({}, "model"),
    ({"model": "weir-demo"}, "messages"),
    ({"messages": [USER]}, "model"),
    ({**HELLO, "model": None}, "model"),
    ({**HELLO, "model": 7}, "model"),
    ({**HELLO, "model": ""}, "model"),
    ({**HELLO, "model": "m" * 300}, "model"),
    ({**HELLO, "messages": None}, "messages"),
    ({**HELLO, "messages": []}, "messages"),
    ({**HELLO, "messages": {}}, "messages"),
    ({**HELLO, "messages": "hello"}, "messages"),
    ({**HELLO, "messages": [7]}, "messages[0]"),
    ({**HELLO, "messages": [USER, None]}, "messages[1]"),
    ({**HELLO, "messages": [{}]}, "messages[0].role"),
    ({**HELLO, "messages": [{"content": "hello"}]}, "messages[0].role"),
    ({**HELLO, "messages": [{"role": None, "content": "a"}]}, "messages[0].role"),
    ({**HELLO, "messages": [{"role": "bard", "content": "a"}]}, "messages[0].role"),
    ({**HELLO, "messages": [{"role": 7, "content": "a"}]}, "messages[0].role"),
    ({**HELLO, "messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
    ({**HELLO, "messages": [{"role": "user", "content": {"a": 1}}]}, "messages[0].content"),
    ({**HELLO, "messages": [{"role": "user", "content": [7]}]}, "messages[0].content[0]"),
    ({**HELLO, "messages": [{"role": "tool", "content": "a"}]}, "messages[0].tool_call_id"),
    ({**HELLO, "messages": [{"role": "assistant", "tool_calls": 7}]}, "messages[0].tool_calls"),
    ({**HELLO, "temperature": "hot"}, "temperature"),
    ({**HELLO, "temperature": 2.1}, "temperature"),
    ({**HELLO, "top_p": -0.1}, "top_p"),
    ({**HELLO, "n": 0}, "n"),
    ({**HELLO, "n": 129}, "n"),
    ({**HELLO, "n": 1.5}, "n"),
    ({**HELLO, "max_tokens": -1}, "max_tokens"),
    ({**HELLO, "max_tokens": True}, "max_tokens"),
    ({**HELLO, "max_completion_tokens": 10**30}, "max_completion_tokens"),
    ({**HELLO, "seed": 2**63}, "seed"),
    ({**HELLO, "stream": "yes"}, "stream"),
    ({**HELLO, "stream": 1}, "stream"),
    ({**HELLO, "stream": True, "stream_options": 7}, "stream_options"),
    ({**HELLO, "stream_options": {"include_usage": True}}, "stream_options"),
    ({**HELLO, "stop": 7}, "stop"),
    ({**HELLO, "stop": ["a", 7]}, "stop[1]"),
    ({**HELLO, "tools": {}}, "tools"),
    ({**HELLO, "tools": [7]}, "tools[0]"),
    ({**HELLO, "tool_choice": 7}, "tool_choice"),
    ({**HELLO, "response_format": "json"}, "response_format"),
    ({**HELLO, "logit_bias": {"1": "a"}}, "logit_bias.1"),
    ({**HELLO, "metadata": {"a": 7}}, "metadata.a"),
    ({**HELLO, "metadata": "a"}, "metadata"),
]


@pytest.mark.parametrize(("request_", "param"), WRONG_FIELDS, ids=lambda value: repr(value)[-40:])
def test_a_field_that_is_wrong_is_named(gateway: Gateway, request_: dict[str, Any], param: str) -> None:
    check_refusal(sent(gateway, msgspec.json.encode(request_)), 400, param)
    check_alive(gateway)


def test_ten_thousand_messages_are_fine(gateway: Gateway) -> None:
    reply = sent(gateway, orjson.dumps({**HELLO, "messages": [USER] * 10_000}))
    assert reply.status == 200
    assert reply.json()["usage"]["prompt_tokens"] >= 10_000


@pytest.mark.parametrize("streamed", [False, True])
def test_a_wrong_request_is_refused_alike_when_it_asks_for_a_stream(
    gateway: Gateway,
    streamed: bool,  # noqa: FBT001 # a row of the table
) -> None:
    for wrong, param in (({"temperature": 3}, "temperature"), ({"n": 0}, "n"), ({"messages": []}, "messages")):
        check_refusal(sent(gateway, orjson.dumps({**HELLO, **wrong, "stream": streamed})), 400, param)


def test_fields_that_nobody_knows_are_the_provider_s_affair(gateway: Gateway) -> None:
    assert sent(gateway, orjson.dumps({**HELLO, "colour": "blue", "top_k": 3})).status == 200
    assert (
        sent(gateway, deep(90).replace(b'"messages":[]', b'"messages":[{"role":"user","content":"a"}]')).status == 200
    )


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/chat/completions", 405),
        ("DELETE", "/v1/models", 405),
        ("PUT", "/v1/models/weir-demo", 405),
        ("POST", "/v1/models", 405),
        ("BREW", "/livez", 400),
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/chat/completions/", 404),
        ("GET", "/v1/models/", 404),
        ("GET", "/../../etc/passwd", 404),
        ("GET", "/%00%ff%0d%0aset-cookie:a", 404),
        ("GET", "//v1/models", 404),
        ("GET", "/v1/models?" + "a" * 2000, 200),
    ],
)
def test_urls_and_methods(gateway: Gateway, method: str, path: str, status: int) -> None:
    lines = ("content-length: 0", f"authorization: Bearer {gateway.key}")
    reply = exchange(gateway.authority, head(*lines, method=method, path=path), method)
    if status == 200:
        assert reply.status == 200
        return
    check_refusal(reply, status)
    assert "set-cookie" not in reply.headers
    assert ("allow" in reply.headers) == (status == 405)


KEYS = [
    ((), 401),
    (("authorization: Bearer gw_live_wrong",), 401),
    (("authorization: Bearer",), 401),
    (("authorization: Bearer ",), 401),
    (("authorization: Basic KEY",), 401),
    (("authorization: KEY",), 401),
    (("x-api-key: wrong",), 401),
    (("x-api-key: ",), 401),
    (("authorization: Bearer KEY KEY",), 401),
    (("authorization: Bearer " + "k" * 5000,), 401),
    (("authorization: Bearer KEY", "x-api-key: other"), 400),
    (("authorization: Bearer KEY", "authorization: Bearer other"), 400),
    (("x-api-key: KEY", "x-api-key: other"), 400),
    (("authorization: Bearer \xe9",), 400),
    (("authorization: Bearer KEY", "x-api-key: KEY"), 200),
    (("authorization: Bearer KEY", "authorization: Bearer KEY"), 200),
    (("authorization: bearer KEY",), 200),
    (("authorization: Bearer   KEY  ",), 200),
    (("x-api-key: KEY",), 200),
]


@pytest.mark.parametrize(("lines", "status"), KEYS, ids=lambda value: repr(value)[:60])
def test_keys(gateway: Gateway, lines: tuple[str, ...], status: int) -> None:
    filled = [line.replace("KEY", gateway.key).encode("latin-1") for line in lines]
    for request, method in (
        (post(orjson.dumps(HELLO), *filled), "POST"),
        (head(*filled, method="GET", path="/v1/models"), "GET"),
    ):
        reply = exchange(gateway.authority, request, method)
        if status == 200:
            assert reply.status == 200, reply.body
        else:
            error = check_refusal(reply, status)
            assert gateway.key not in error["message"]
