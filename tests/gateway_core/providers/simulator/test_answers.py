"""What the simulator answers."""

import pytest
from msgspec.json import decode

from gateway_core.providers.simulator.upstream import SIMULATOR_MODELS
from tests.fakes.simulated_world import World, body, user


async def test_the_answer_quotes_the_user_and_says_who_speaks() -> None:
    completion = await World().completion()
    assert completion.choices[0].message.content == (
        'Hello from Weir\'s simulator! No model was asked. You wrote: "Hello there".'
    )
    assert completion.model == SIMULATOR_MODELS[0]
    assert completion.usage.completion_tokens == 19
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + 19


async def test_the_same_request_has_the_same_answer_and_another_has_another() -> None:
    first = await World().whole(body())
    assert await World().whole(body()) == first
    assert (await World().whole(body(user="x")))[2] != first[2]


async def test_a_stream_says_what_the_whole_reply_says() -> None:
    variants: tuple[dict[str, object], ...] = (
        {},
        {"n": 3},
        {"max_tokens": 3},
        {"stop": [" No"]},
        {"tools": [{"type": "function", "function": {"name": "now"}}], "tool_choice": "required"},
        {"response_format": {"type": "json_object"}},
    )
    for fields in variants:
        whole = await World().completion("", **fields)
        stream = await World().streamed("", **fields)
        assert [stream.text(choice.index) for choice in whole.choices] == [c.message.content for c in whole.choices]
        assert stream.end.finish_reason == whole.choices[0].finish_reason
        assert stream.end.usage == whole.usage
        calls = whole.choices[0].message.tool_calls
        assert list(stream.arguments().values()) == [call.function.arguments for call in calls]


async def test_a_long_text_is_quoted_in_short_and_parts_are_read() -> None:
    completion = await World().completion(messages=[user([{"type": "text", "text": "x" * 300}, {"type": "image_url"}])])
    assert f'"{"x" * 200}…"' in completion.choices[0].message.content


async def test_without_a_user_there_is_an_answer_too() -> None:
    completion = await World().completion(messages=[{"role": "system", "content": "Be brief."}])
    assert 'You wrote: "".' in completion.choices[0].message.content


async def test_alternatives_and_seeds_differ() -> None:
    completion = await World().completion(n=2)
    assert [choice.index for choice in completion.choices] == [0, 1]
    first, second = (choice.message.content for choice in completion.choices)
    assert first != second
    assert (await World().completion(seed=1)).choices[0].message.content == second


@pytest.mark.parametrize("limits", [{"max_tokens": 3}, {"max_completion_tokens": 3}])
async def test_a_limit_on_tokens_cuts_the_answer_and_says_so(limits: dict[str, int]) -> None:
    stream = await World().streamed("tokens=10", **limits)
    assert stream.text() == "the water comes"
    assert stream.end.finish_reason == 2
    assert stream.end.usage is not None
    assert stream.end.usage.completion_tokens == 3


async def test_an_answer_within_the_limit_stops() -> None:
    assert (await World().streamed("tokens=3", max_tokens=3)).end.finish_reason == 1


@pytest.mark.parametrize("stop", [" comes", [" down", " comes", ""]])
async def test_a_stop_text_ends_the_answer(stop: object) -> None:
    stream = await World().streamed("tokens=10", stop=stop)
    assert (stream.text(), stream.end.finish_reason) == ("the water", 1)


async def test_json_is_json() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    shape = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    assert decode((await World().completion(response_format=shape)).choices[0].message.content) == {"a": 1}
    loose = (await World().completion(response_format={"type": "json_object"})).choices[0].message.content
    assert decode(loose) == {"simulator": True, "you_wrote": "Hello there"}
    plain = (await World().completion(response_format={"type": "text"})).choices[0].message.content
    assert plain.startswith("Hello")


async def test_log_probabilities_come_for_each_token() -> None:
    completion = await World().completion("tokens=2", logprobs=True, top_logprobs=3)
    tokens = completion.choices[0].logprobs.content
    assert [token.token for token in tokens] == ["the", " water"]
    assert [len(token.top_logprobs) for token in tokens] == [3, 3]
    assert bytes(tokens[1].bytes) == b" water"
    stream = await World().streamed("tokens=2", logprobs=True)
    counts = [len(choice.logprobs.content) for chunk in stream.chunks for choice in chunk.choices]
    assert counts == [0, 1, 1, 0]
