"""A stream ends in `[DONE]` if and only if the reply is whole; whatever else happens is told."""

import asyncio
from typing import Any

import grpc
import msgspec
import pytest

from rest_facade.settings import FacadeSettings
from tests.fakes.scripted_core import (
    Fail,
    ScriptedCore,
    Step,
    Wait,
    chunks,
    completed,
    restarted,
    started,
    summary,
    weir_error,
)
from tests.fakes.served_facade import CHAT, HELLO, served_facade
from weir.v1.chat_service_pb2 import StreamChatCompletionResponse

STREAM = HELLO | {"stream": True}
BROKEN = Fail(grpc.StatusCode.INTERNAL, weir_error("UPSTREAM_ERROR"), "the provider broke off")


def events(text: str) -> list[Any]:
    """Reads events as a careful client does; `[DONE]` stays a word."""
    blocks = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    assert all(block.startswith("data: ") for block in blocks)
    return [
        "[DONE]" if block == "data: [DONE]" else msgspec.json.decode(block.removeprefix("data: ")) for block in blocks
    ]


def contents(read: list[Any]) -> list[str]:
    return [event["choices"][0]["delta"]["content"] for event in read if event != "[DONE]" and event["choices"]]


async def streamed(*steps: Step, headers: dict[str, str] | None = None, keepalive: float = 15.0) -> tuple[int, str]:
    async with served_facade(ScriptedCore(*steps), FacadeSettings(keepalive=keepalive)) as facade:
        got = await facade.http.post(CHAT, json=STREAM, headers=headers)
        return got.status_code, got.text


async def test_a_whole_reply_ends_in_done() -> None:
    status, text = await streamed(started(), chunks("a"), chunks("b", "c"), completed())
    assert status == 200
    assert text.endswith("\n\ndata: [DONE]\n\n")
    assert contents(events(text)) == ["a", "b", "c"]
    assert not {"id:", "event:", "retry:"} & {line.partition(" ")[0] for line in text.split("\n")}


async def test_headers_are_those_of_an_event_stream_and_name_who_answers() -> None:
    core = ScriptedCore(started("second", 2), chunks("a"), completed())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=STREAM)
    assert got.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert got.headers["cache-control"] == "no-cache, no-transform"
    assert got.headers["x-accel-buffering"] == "no"
    assert "content-length" not in got.headers
    assert (got.headers["x-weir-provider"], got.headers["x-weir-attempts"]) == ("second", "2")
    assert got.headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize("before", [[], [started()], [started(), restarted()]])
async def test_a_failure_before_the_first_piece_is_a_reply_with_a_status(before: list[Step]) -> None:
    refused = Fail(grpc.StatusCode.NOT_FOUND, weir_error("MODEL_NOT_FOUND"), "no such model")
    async with served_facade(ScriptedCore(*before, refused)) as facade:
        got = await facade.http.post(CHAT, json=STREAM)
    assert (got.status_code, got.headers["content-type"]) == (404, "application/json")
    assert got.json()["error"]["code"] == "model_not_found"


async def test_a_failure_after_the_first_piece_is_an_event_and_nothing_follows() -> None:
    status, text = await streamed(started(), chunks("a"), BROKEN)
    *_, last = events(text)
    assert status == 200
    assert last == {
        "error": {"message": "the provider broke off", "type": "server_error", "param": None, "code": "upstream_error"}
    }


async def test_an_end_without_proof_is_a_failure() -> None:
    _, text = await streamed(started(), chunks("a"))
    assert events(text)[-1]["error"]["code"] == "upstream_error"


async def test_an_end_without_anything_is_a_reply_with_a_status() -> None:
    status, text = await streamed(started())
    assert (status, msgspec.json.decode(text)["error"]["code"]) == (502, "upstream_error")


async def test_a_core_that_stops_says_so_in_the_stream() -> None:
    stopping = Fail(grpc.StatusCode.UNAVAILABLE, weir_error("DRAINING"))
    _, text = await streamed(chunks("a"), stopping)
    assert events(text)[-1]["error"]["code"] == "draining"


async def test_a_call_that_the_core_cancels_is_an_error_event() -> None:
    _, text = await streamed(chunks("a"), Fail(grpc.StatusCode.CANCELLED))
    assert events(text)[-1]["error"]["code"] == "client_cancelled"


async def test_a_reply_without_pieces_is_whole_all_the_same() -> None:
    assert await streamed(started(), completed()) == (200, "data: [DONE]\n\n")


async def test_what_comes_after_the_proof_changes_nothing() -> None:
    _, text = await streamed(chunks("a"), completed(), chunks("b"), BROKEN)
    assert contents(events(text)) == ["a"]
    assert text.endswith("data: [DONE]\n\n")


async def test_a_restart_before_the_first_piece_is_nobodys_business() -> None:
    core = ScriptedCore(started("first"), restarted(provider="second"), chunks("a"), completed())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=STREAM)
    assert contents(events(got.text)) == ["a"]
    assert got.headers["x-weir-provider"] == "second"


@pytest.mark.parametrize(
    ("reason", "code"), [("UPSTREAM_TIMEOUT", "timeout"), ("NEVER_HEARD_OF", "upstream_error"), ("", "upstream_error")]
)
async def test_a_restart_after_a_piece_fails_where_it_was_not_asked_for(reason: str, code: str) -> None:
    core = ScriptedCore(started(), chunks("a"), restarted(reason), Wait())
    async with served_facade(core) as facade:
        got = await facade.http.post(CHAT, json=STREAM)
        assert events(got.text)[-1]["error"]["code"] == code
        await asyncio.wait_for(core.cancelled.wait(), 1)


async def test_a_restart_after_a_piece_is_told_to_who_asked() -> None:
    steps = (started(), chunks("a"), restarted("UPSTREAM_TIMEOUT", "second"), chunks("b"), completed())
    _, text = await streamed(*steps, headers={"x-weir-restart": "allow"})
    first, told, second, done = events(text)
    assert contents([first, second]) == ["a", "b"]
    assert (told["choices"], told["id"], told["object"]) == ([], "chatcmpl-1", "chat.completion.chunk")
    assert told["weir"] == {
        "restarted": {"reason": "UPSTREAM_TIMEOUT", "provider": "second", "model": "fast", "attempt": 2}
    }
    assert done == "[DONE]"


async def test_the_account_of_the_call_comes_last_to_who_asked() -> None:
    account = summary("first", "second", nano_usd=42)
    _, text = await streamed(chunks("a"), completed(account), headers={"x-weir-summary": "true"})
    *_, told, done = events(text)
    assert done == "[DONE]"
    assert told["choices"] == []
    weir = told["weir"]
    assert (weir["request_id"], weir["model"], weir["provider"], weir["attempts"]) == ("as-told", "fast", "second", 2)
    assert (weir["cost_usd"], weir["duration_ms"]) == ("0.000000042", 20.0)
    assert (weir["usage"]["input"], weir["usage"]["output"], weir["usage"]["source"]) == (11, 5, None)


async def test_an_account_without_price_or_pieces_is_told_as_it_is() -> None:
    account = summary(nano_usd=None)
    account.ClearField("attempts")
    _, text = await streamed(completed(account), headers={"x-weir-summary": "true"})
    weir = events(text)[0]["weir"]
    assert (weir["cost_usd"], weir["provider"], weir["attempts"]) == (None, None, 0)


async def test_a_slow_first_piece_is_awaited_with_signs_of_life() -> None:
    gate = Wait()
    core = ScriptedCore(started(), gate, chunks("a"), completed())
    async with (
        served_facade(core, FacadeSettings(keepalive=0.02)) as facade,
        facade.http.stream("POST", CHAT, json=STREAM) as got,
    ):
        assert got.status_code == 200
        parts = got.aiter_text()
        assert (await anext(parts)).startswith(": ping\n\n")
        gate.until.set()
        rest = "".join([part async for part in parts])
    assert contents(events(rest)) == ["a"]
    assert rest.endswith("data: [DONE]\n\n")


async def test_a_failure_after_a_sign_of_life_is_an_event() -> None:
    gate = Wait()
    core = ScriptedCore(started(), gate, BROKEN)
    async with (
        served_facade(core, FacadeSettings(keepalive=0.02)) as facade,
        facade.http.stream("POST", CHAT, json=STREAM) as got,
    ):
        parts = got.aiter_text()
        await anext(parts)
        gate.until.set()
        rest = "".join([part async for part in parts])
    assert events(rest)[-1]["error"]["code"] == "upstream_error"


async def test_a_restart_after_a_mere_sign_of_life_goes_on() -> None:
    gate = Wait()
    core = ScriptedCore(started(), gate, restarted(), chunks("a"), completed())
    async with (
        served_facade(core, FacadeSettings(keepalive=0.02)) as facade,
        facade.http.stream("POST", CHAT, json=STREAM) as got,
    ):
        parts = got.aiter_text()
        await anext(parts)
        gate.until.set()
        rest = "".join([part async for part in parts])
    assert contents(events(rest)) == ["a"]


async def test_a_piece_that_cannot_be_written_is_a_fault_told_in_the_stream() -> None:
    broken = chunks("b")
    broken.chunks.chunks[0].extra_json = "{not json, secret"
    status, text = await streamed(chunks("a"), broken, completed())
    assert status == 200
    assert events(text)[-1]["error"]["code"] == "internal_error"
    assert "secret" not in text


async def test_a_core_that_lingers_after_the_proof_holds_nobody_up() -> None:
    core = ScriptedCore(chunks("a"), completed(), Wait())
    async with served_facade(core) as facade:
        text = (await asyncio.wait_for(facade.http.post(CHAT, json=STREAM), 0.9)).text
        assert text.endswith("data: [DONE]\n\n")
        assert not core.cancelled.is_set()
        await asyncio.wait_for(core.cancelled.wait(), 3)


async def test_a_whole_reply_is_not_cancelled_at_its_end() -> None:
    core = ScriptedCore(chunks("a"), completed())
    async with served_facade(core) as facade:
        await facade.http.post(CHAT, json=STREAM)
        await asyncio.wait_for(core.ended.wait(), 1)
    assert not core.cancelled.is_set()


async def test_events_of_a_newer_core_are_passed_over() -> None:
    _, text = await streamed(StreamChatCompletionResponse(), chunks("a"), completed())
    assert contents(events(text)) == ["a"]


async def test_pieces_are_sent_as_they_come() -> None:
    gate = Wait()
    core = ScriptedCore(chunks("a"), gate, chunks("b"), completed())
    async with served_facade(core) as facade, facade.http.stream("POST", CHAT, json=STREAM) as got:
        parts = got.aiter_text()
        assert contents(events(await anext(parts))) == ["a"]
        gate.until.set()
        assert contents(events("".join([part async for part in parts]))) == ["b"]


async def test_many_pieces_keep_their_order() -> None:
    texts = [str(number) for number in range(2000)]
    steps = [chunks(*texts[start : start + 3]) for start in range(0, 2000, 3)]
    _, text = await streamed(started(), *steps, completed())
    assert contents(events(text)) == texts
