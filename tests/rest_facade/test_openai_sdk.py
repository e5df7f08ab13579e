"""The official client meets what it expects of OpenAI: replies, streams, tools, errors by class, retries."""

import asyncio

import grpc
import msgspec
import openai
import pytest
from openai import OpenAI

from tests.fakes.scripted_core import (
    Context,
    Fail,
    ScriptedCore,
    Wait,
    chunks,
    completed,
    reply,
    started,
    weir_error,
)
from tests.fakes.served_facade import CODEC, served_facade
from weir.v1.chat_service_pb2 import (
    CreateChatCompletionRequest,
    CreateChatCompletionResponse,
    StreamChatCompletionResponse,
    StreamChunks,
)

Codes = grpc.StatusCode


async def test_the_async_client_gets_a_reply() -> None:
    core = ScriptedCore(reply("Hello"))
    async with served_facade(core) as facade:
        got = await facade.sdk().chat.completions.create(model="fast", messages=[{"role": "user", "content": "Hi"}])
    assert got.choices[0].message.content == "Hello"
    assert got.usage is not None
    assert got.usage.total_tokens == 16
    assert core.metadata[0]["authorization"] == "Bearer gw-key"


def ask_and_listen(address: str) -> tuple[str | None, list[str | None], list[str]]:
    with OpenAI(base_url=f"http://{address}/v1", api_key="gw-key", max_retries=0) as client:
        whole = client.chat.completions.create(model="fast", messages=[{"role": "user", "content": "Hi"}])
        stream = client.chat.completions.create(model="fast", messages=[{"role": "user", "content": "Hi"}], stream=True)
        pieces = [chunk.choices[0].delta.content for chunk in stream]
        return whole.choices[0].message.content, pieces, [model.id for model in client.models.list()]


async def test_the_sync_client_gets_a_reply_a_stream_and_the_models() -> None:
    class Both(ScriptedCore):
        async def CreateChatCompletion(
            self, request: CreateChatCompletionRequest, context: Context
        ) -> CreateChatCompletionResponse:
            """Answers whole."""
            del request, context
            return reply("Hello")

    core = Both(started(), chunks("a"), chunks("b"), completed())
    async with served_facade(core) as facade:
        got = await asyncio.to_thread(ask_and_listen, facade.address)
    assert got == ("Hello", ["a", "b"], ["fast", "org/deep/model"])


async def test_the_async_client_gets_a_stream_with_usage_in_the_end() -> None:
    usage = chunks("")
    chunk = usage.chunks.chunks[0]
    chunk.ClearField("choices")
    chunk.usage.total_tokens = 16
    core = ScriptedCore(started(), chunks("a", "b"), usage, completed())
    async with served_facade(core) as facade:
        stream = await facade.sdk().chat.completions.create(
            model="fast",
            messages=[{"role": "user", "content": "Hi"}],
            stream=True,
            stream_options={"include_usage": True},
        )
        got = [chunk async for chunk in stream]
    assert [chunk.choices[0].delta.content for chunk in got[:-1]] == ["a", "b"]
    assert got[-1].usage is not None
    assert got[-1].usage.total_tokens == 16
    assert core.chats[0].stream_options.include_usage


async def test_streamed_tool_calls_are_put_together() -> None:
    deltas: list[dict[str, object]] = [
        {"role": "assistant", "content": None, "tool_calls": [tool_call(id="call_1", type="function", name="add")]},
        {"tool_calls": [tool_call(arguments='{"a":')]},
        {"tool_calls": [tool_call(arguments="1}")]},
    ]
    events = [
        StreamChatCompletionResponse(chunks=StreamChunks(chunks=[CODEC.read_chunk(chunk_of(delta))]))
        for delta in deltas
    ]
    core = ScriptedCore(started(), *events, completed())
    tools = [{"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}]
    async with (
        served_facade(core) as facade,
        facade.sdk().chat.completions.stream(
            model="fast",
            messages=[{"role": "user", "content": "1+1?"}],
            tools=tools,  # type: ignore[arg-type] # a plain dict is what callers write
        ) as stream,
    ):
        final = await stream.get_final_completion()
    calls = final.choices[0].message.tool_calls
    assert calls is not None
    assert (calls[0].id, calls[0].function.name, calls[0].function.arguments) == ("call_1", "add", '{"a":1}')
    assert msgspec.json.decode(core.chats[0].tools[0].function.parameters_json) == {"type": "object", "properties": {}}


def tool_call(arguments: str = "", name: str | None = None, **rest: str) -> dict[str, object]:
    function = {"arguments": arguments} | ({} if name is None else {"name": name})
    return {"index": 0, "function": function, **rest}


def chunk_of(delta: dict[str, object]) -> dict[str, object]:
    finish = "tool_calls" if "content" not in delta and "1}" in str(delta) else None
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "fast-1",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }


async def test_the_raw_reply_shows_our_headers() -> None:
    async with served_facade(ScriptedCore(reply())) as facade:
        raw = await facade.sdk().chat.completions.with_raw_response.create(
            model="fast", messages=[{"role": "user", "content": "Hi"}]
        )
    assert raw.headers["x-weir-provider"] == "first"
    assert raw.request_id == raw.headers["x-request-id"]
    assert raw.parse().choices[0].message.content == "Hello"


@pytest.mark.parametrize(
    ("code", "reason", "error"),
    [
        (Codes.INVALID_ARGUMENT, "INVALID_REQUEST", openai.BadRequestError),
        (Codes.UNAUTHENTICATED, "API_KEY_INVALID", openai.AuthenticationError),
        (Codes.PERMISSION_DENIED, "MODEL_NOT_ALLOWED", openai.PermissionDeniedError),
        (Codes.NOT_FOUND, "MODEL_NOT_FOUND", openai.NotFoundError),
        (Codes.ABORTED, "ETAG_MISMATCH", openai.ConflictError),
        (Codes.RESOURCE_EXHAUSTED, "RATE_LIMIT_EXCEEDED", openai.RateLimitError),
        (Codes.UNAVAILABLE, "UPSTREAM_ERROR", openai.InternalServerError),
        (Codes.INTERNAL, "INTERNAL", openai.InternalServerError),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
async def test_errors_have_the_class_that_callers_catch(
    code: grpc.StatusCode, reason: str, error: type[openai.APIStatusError], *, stream: bool
) -> None:
    core = ScriptedCore(Fail(code, weir_error(reason)))
    async with served_facade(core) as facade:
        with pytest.raises(error) as caught:
            await facade.sdk().chat.completions.create(
                model="fast", messages=[{"role": "user", "content": "Hi"}], stream=stream
            )
    assert "told by the core" in caught.value.message
    assert caught.value.request_id


async def test_an_error_in_the_stream_is_raised_with_its_code() -> None:
    core = ScriptedCore(chunks("a"), Fail(Codes.INTERNAL, weir_error("UPSTREAM_ERROR")))
    async with served_facade(core) as facade:
        stream = await facade.sdk().chat.completions.create(
            model="fast", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        assert (await anext(stream)).choices[0].delta.content == "a"
        with pytest.raises(openai.APIError) as caught:
            await anext(stream)
    assert (caught.value.code, caught.value.type) == ("upstream_error", "server_error")


@pytest.mark.parametrize(
    ("reason", "tries"), [("BUDGET_EXCEEDED", 1), ("RATE_LIMIT_EXCEEDED", 3), ("UPSTREAM_RATE_LIMITED", 3)]
)
async def test_the_client_comes_back_only_where_that_makes_sense(reason: str, tries: int) -> None:
    delay = None if reason == "BUDGET_EXCEEDED" else 0.01
    core = ScriptedCore(Fail(Codes.RESOURCE_EXHAUSTED, weir_error(reason, retry_after=delay)))
    async with served_facade(core) as facade:
        with pytest.raises(openai.RateLimitError):
            await facade.sdk(retries=2).chat.completions.create(
                model="fast", messages=[{"role": "user", "content": "Hi"}]
            )
    assert len(core.chats) == tries


async def test_a_client_that_gives_up_cancels_the_call() -> None:
    core = ScriptedCore(Wait())
    async with served_facade(core) as facade:
        with pytest.raises(openai.APITimeoutError):
            await facade.sdk(timeout=0.2).chat.completions.create(
                model="fast", messages=[{"role": "user", "content": "Hi"}]
            )
        await asyncio.wait_for(core.cancelled.wait(), 1)


async def test_leaving_a_stream_half_way_cancels_the_call() -> None:
    core = ScriptedCore(chunks("a"), Wait())
    async with served_facade(core) as facade:
        stream = await facade.sdk().chat.completions.create(
            model="fast", messages=[{"role": "user", "content": "Hi"}], stream=True
        )
        await anext(stream)
        await stream.close()
        await asyncio.wait_for(core.cancelled.wait(), 1)


async def test_a_model_with_slashes_is_found() -> None:
    async with served_facade(ScriptedCore()) as facade:
        model = await facade.sdk().models.retrieve("org/deep/model")
        with pytest.raises(openai.NotFoundError):
            await facade.sdk().models.retrieve("none")
    assert (model.id, model.created) == ("org/deep/model", 8)
