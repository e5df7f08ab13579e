"""The official OpenAI client against a real gateway: whole and streamed chats, headers, models and options."""

import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionStreamOptionsParam

from tests.fakes.gateways import Gateway

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "Say hello to Ada"}]
STEADY = {"weir_simulator": "tokens=12"}


def test_a_whole_chat(client: OpenAI) -> None:
    reply = client.chat.completions.create(model="weir-demo", messages=HELLO)
    choice = reply.choices[0]
    assert reply.object == "chat.completion"
    assert choice.message.role == "assistant"
    assert "Say hello to Ada" in (choice.message.content or "")
    assert choice.finish_reason == "stop"
    assert reply.usage is not None
    assert reply.usage.total_tokens == reply.usage.prompt_tokens + reply.usage.completion_tokens > 0


def test_a_streamed_chat_says_what_the_whole_one_says(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="weir-demo", messages=HELLO, seed=7)
    with client.chat.completions.create(model="weir-demo", messages=HELLO, seed=7, stream=True) as stream:
        chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices[0].finish_reason] == ["stop"]
    assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk.id for chunk in chunks}) == 1


async def test_a_whole_chat_with_the_asyncio_client(async_client: AsyncOpenAI) -> None:
    reply = await async_client.chat.completions.create(model="weir-demo", messages=HELLO, metadata=STEADY)
    assert reply.usage is not None
    assert reply.usage.completion_tokens == 12


async def test_a_streamed_chat_with_the_asyncio_client(async_client: AsyncOpenAI) -> None:
    create = async_client.chat.completions.create
    async with await create(model="weir-demo", messages=HELLO, metadata=STEADY, stream=True) as stream:
        pieces = [chunk.choices[0].delta.content or "" async for chunk in stream]
    assert len([piece for piece in pieces if piece]) == 12


def test_the_usage_chunk_comes_when_asked_for(client: OpenAI) -> None:
    asked = ChatCompletionStreamOptionsParam(include_usage=True)
    with client.chat.completions.create(
        model="weir-demo", messages=HELLO, metadata=STEADY, stream=True, stream_options=asked
    ) as stream:
        *chunks, last = stream
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)
    assert not last.choices
    assert last.usage is not None
    assert last.usage.completion_tokens == 12


def test_the_usage_chunk_does_not_come_when_not_asked_for(client: OpenAI) -> None:
    with client.chat.completions.create(model="weir-demo", messages=HELLO, metadata=STEADY, stream=True) as stream:
        chunks = list(stream)
    assert all(chunk.choices for chunk in chunks)
    assert all(chunk.usage is None for chunk in chunks)


def test_several_alternatives_arrive_whole_and_streamed(client: OpenAI) -> None:
    whole = client.chat.completions.create(model="weir-demo", messages=HELLO, n=3, seed=3)
    texts = {0: "", 1: "", 2: ""}
    with client.chat.completions.create(model="weir-demo", messages=HELLO, n=3, seed=3, stream=True) as stream:
        for chunk in stream:
            for choice in chunk.choices:
                texts[choice.index] += choice.delta.content or ""
    assert [choice.message.content for choice in whole.choices] == list(texts.values())
    assert len(set(texts.values())) == 3


def test_the_headers_of_a_whole_reply_tell_how_it_came_about(client: OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(
        model="weir-demo", messages=HELLO, extra_headers={"x-request-id": "order-66"}
    )
    headers = raw.headers
    assert headers["x-request-id"] == raw.request_id == "order-66"
    assert headers["content-type"] == "application/json"
    assert headers["x-weir-model"] == "weir-demo"
    assert headers["x-weir-provider"] == "practice"
    assert headers["x-weir-attempts"] == "1"
    assert float(headers["x-weir-cost-usd"]) > 0
    assert 0 <= float(headers["x-weir-overhead-ms"]) < 1000
    assert int(headers["openai-processing-ms"]) < 1000
    assert raw.retries_taken == 0
    assert raw.parse().choices[0].finish_reason == "stop"


def test_the_headers_of_a_stream_tell_who_answers(client: OpenAI) -> None:
    with client.chat.completions.with_streaming_response.create(model="weir-demo", messages=HELLO, stream=True) as raw:
        lines = [line for line in raw.iter_lines() if line]
    assert raw.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert raw.headers["x-weir-model"] == "weir-demo"
    assert raw.headers["x-weir-provider"] == "practice"
    assert raw.headers["x-request-id"].startswith("req_")
    assert lines[-1] == "data: [DONE]"
    assert all(line.startswith("data: ") for line in lines)


def test_a_stream_ends_in_its_account_if_the_caller_wants_it(client: OpenAI) -> None:
    with client.chat.completions.create(
        model="weir-demo", messages=HELLO, metadata=STEADY, stream=True, extra_headers={"x-weir-summary": "true"}
    ) as stream:
        *_, last = stream
    account = (last.model_extra or {})["weir"]
    assert account["model"] == "weir-demo"
    assert account["usage"]["output"] == 12
    assert account["usage"]["source"] == "provider"
    assert float(account["cost_usd"]) > 0


def test_a_model_without_a_price_costs_nothing_that_is_known(client: OpenAI) -> None:
    raw = client.chat.completions.with_raw_response.create(model="team/steady", messages=HELLO)
    assert "x-weir-cost-usd" not in raw.headers


def test_models_are_listed(client: OpenAI) -> None:
    models = list(client.models.list())
    assert [model.id for model in models] == ["hasty", "team/steady", "weir-demo"]
    assert {model.object for model in models} == {"model"}
    assert {model.owned_by for model in models} == {"hasty", "practice"}


@pytest.mark.parametrize("name", ["weir-demo", "team/steady"])
def test_a_model_is_described(client: OpenAI, name: str) -> None:
    model = client.models.retrieve(name)
    assert (model.id, model.owned_by) == (name, "practice")
    assert model.created > 1_700_000_000


def test_the_client_gives_up_when_its_own_timeout_is_over(client: OpenAI) -> None:
    impatient = client.with_options(timeout=0.2, max_retries=1)
    with pytest.raises(openai.APITimeoutError):
        impatient.chat.completions.create(model="weir-demo", messages=HELLO, metadata={"weir_simulator": "silent"})


def test_the_gateway_keeps_the_time_that_a_header_allows(client: OpenAI) -> None:
    with pytest.raises(openai.InternalServerError) as caught:
        client.with_options(max_retries=0).chat.completions.create(
            model="weir-demo",
            messages=HELLO,
            metadata={"weir_simulator": "silent"},
            extra_headers={"x-request-timeout": "0.2"},
        )
    assert (caught.value.status_code, caught.value.code) == (504, "timeout")


def test_long_texts_and_signs_of_all_kinds_come_through(client: OpenAI) -> None:
    text = 'naïve 猫 \U0001f600 \u2028 \u0085 \x0b "quoted" \\ tab\t ' * 200
    with client.chat.completions.create(
        model="weir-demo", messages=[{"role": "user", "content": text}], stream=True
    ) as stream:
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    whole = client.chat.completions.create(model="weir-demo", messages=[{"role": "user", "content": text}])
    assert streamed == whole.choices[0].message.content
    assert "\U0001f600" in streamed


def test_a_stream_that_is_left_does_not_disturb_the_next(client: OpenAI) -> None:
    endless = {"weir_simulator": "pace=5ms,tokens=10000"}
    with client.chat.completions.create(model="weir-demo", messages=HELLO, metadata=endless, stream=True) as stream:
        next(stream)
    assert client.chat.completions.create(model="weir-demo", messages=HELLO).choices


def test_the_key_may_come_in_the_other_header(gateway: Gateway, client: OpenAI) -> None:
    headers: dict[str, str | openai.Omit] = {"authorization": openai.Omit(), "x-api-key": gateway.key}
    assert client.models.retrieve("weir-demo", extra_headers=headers).id == "weir-demo"
