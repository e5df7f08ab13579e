"""A whole reply is OpenAI's, and its headers tell how it came about."""

import grpc
import msgspec
import pytest

from rest_facade.settings import FacadeSettings
from tests.fakes.scripted_core import Fail, ScriptedCore, Wait, reply, summary, weir_error
from tests.fakes.served_facade import CHAT, HELLO, served_facade
from weir.v1.chat_message_pb2 import ROLE_USER


async def test_a_reply_comes_as_openai_writes_it() -> None:
    async with served_facade(ScriptedCore(reply("Hello"))) as facade:
        got = await facade.http.post(CHAT, json=HELLO)
    assert got.status_code == 200
    assert got.headers["content-type"] == "application/json"
    assert got.json()["choices"] == [
        {"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}
    ]


async def test_the_core_gets_the_request_as_it_was_meant() -> None:
    core = ScriptedCore(reply())
    body = HELLO | {"temperature": 0, "stream": None, "stream_options": None, "vendor_knob": {"a": [1]}}
    async with served_facade(core) as facade:
        assert (await facade.http.post("/chat/completions", json=body)).status_code == 200
    (chat,) = core.chats
    assert (chat.model, chat.messages[0].role, chat.messages[0].content) == ("fast", ROLE_USER, "Hi")
    assert chat.HasField("temperature")
    extra = msgspec.json.decode(chat.extra_json)
    assert extra["vendor_knob"] == {"a": [1]}
    assert "stream" not in extra


async def test_headers_tell_how_the_reply_came_about() -> None:
    account = summary("first", "second", nano_usd=1_234_567_890, model="fast\r\nx: y")
    async with served_facade(ScriptedCore(reply(account=account))) as facade:
        headers = (await facade.http.post(CHAT, json=HELLO)).headers
    assert headers["x-weir-model"] == "fast%0D%0Ax:%20y"
    assert headers["x-weir-provider"] == "second"
    assert headers["x-weir-attempts"] == "2"
    assert headers["x-weir-cost-usd"] == "1.23456789"
    assert 2.0 <= float(headers["x-weir-overhead-ms"]) < 1000
    assert len(headers["x-weir-overhead-ms"].partition(".")[2]) == 3
    assert int(headers["openai-processing-ms"]) >= 0


async def test_separators_that_naive_clients_trip_over_are_escaped() -> None:
    async with served_facade(ScriptedCore(reply("a\u2028b"))) as facade:
        got = await facade.http.post(CHAT, json=HELLO)
    assert "\u2028" not in got.text
    assert got.json()["choices"][0]["message"]["content"] == "a\u2028b"


async def test_credentials_trace_and_time_reach_the_core() -> None:
    core = ScriptedCore(reply())
    sent = {"x-api-key": "k", "traceparent": "00-1-2-01", "tracestate": "a=1", "x-request-timeout": "5"}
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=HELLO, headers=sent | {"x-request-id": "mine.1"})
    assert got.headers["x-request-id"] == "mine.1"
    (metadata,) = core.metadata
    assert {key: metadata[key] for key in ("x-api-key", "traceparent", "tracestate", "x-request-id")} == {
        "x-api-key": "k",
        "traceparent": "00-1-2-01",
        "tracestate": "a=1",
        "x-request-id": "mine.1",
    }
    assert core.patience[0] is not None
    assert 4 < core.patience[0] <= 5


@pytest.mark.parametrize("unfit", ["", "a b", "é", "x" * 65, "a/b"])
async def test_an_id_that_is_not_well_formed_is_replaced(unfit: str) -> None:
    core = ScriptedCore(reply())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=HELLO, headers={b"x-request-id": unfit.encode()})
    fresh = got.headers["x-request-id"]
    assert fresh.startswith("req_")
    assert len(fresh) == 36
    assert core.metadata[0]["x-request-id"] == fresh


async def test_a_failure_of_the_core_is_told_with_all_it_knows() -> None:
    details = weir_error("RATE_LIMIT_EXCEEDED", retry_after=1.2)
    core = ScriptedCore(Fail(grpc.StatusCode.RESOURCE_EXHAUSTED, details, "slow down"))
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=HELLO)
    assert got.status_code == 429
    assert got.json()["error"] == {
        "message": "slow down",
        "type": "rate_limit_error",
        "param": None,
        "code": "rate_limit_exceeded",
    }
    assert (got.headers["retry-after"], got.headers["retry-after-ms"]) == ("2", "1200")
    assert got.headers["x-should-retry"] == "true"
    assert got.headers["x-request-id"].startswith("req_")


async def test_time_that_is_up_is_a_timeout() -> None:
    core = ScriptedCore(Wait())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=HELLO, headers={"x-request-timeout": "0.05"})
    assert (got.status_code, got.json()["error"]["code"]) == (504, "timeout")


async def test_a_call_that_the_core_cancels_is_told_as_such() -> None:
    async with served_facade(ScriptedCore(Fail(grpc.StatusCode.CANCELLED))) as facade:
        got = await facade.http.post(CHAT, json=HELLO)
    assert (got.status_code, got.json()["error"]["code"]) == (499, "client_cancelled")


async def test_a_reply_that_cannot_be_written_is_a_fault_without_a_trace() -> None:
    broken = reply()
    broken.completion.extra_json = "{not json, secret"
    async with served_facade(ScriptedCore(broken)) as facade:
        got = await facade.http.post(CHAT, json=HELLO)
    assert got.status_code == 500
    error = got.json()["error"]
    assert error["code"] == "internal_error"
    assert got.headers["x-request-id"] in error["message"]
    assert "secret" not in got.text


async def test_the_core_out_of_reach_is_no_fault_of_the_caller() -> None:
    async with served_facade(ScriptedCore(Fail(grpc.StatusCode.UNAVAILABLE))) as facade:
        got = await facade.http.post(CHAT, json=HELLO)
    assert (got.status_code, got.json()["error"]["code"]) == (503, "overloaded")
    assert got.headers["retry-after"] == "1"


async def test_a_large_body_within_the_limit_is_taken() -> None:
    core = ScriptedCore(reply())
    text = "x" * 300_000
    body = {"model": "fast", "messages": [{"role": "user", "content": text}]}
    async with served_facade(core, FacadeSettings(max_body_bytes=400_000)) as facade:
        assert (await facade.http.post(CHAT, json=body)).status_code == 200
    assert core.chats[0].messages[0].content == text
