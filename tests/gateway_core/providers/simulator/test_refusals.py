"""What the simulator refuses, by itself or as its script says."""

import pytest
from msgspec.json import decode

from gateway_core.errors import UpstreamError
from tests.fakes.simulated_world import World, body

TOOLS = [{"type": "function", "function": {"name": "now"}}]


@pytest.mark.parametrize(
    ("data", "param", "code"),
    [
        (body("pase=3"), "model", "invalid_value"),
        (body("silent=3"), "model", "invalid_value"),
        (body(metadata={"weir_simulator": "pase=3"}), "metadata.weir_simulator", "invalid_value"),
        (body(messages=[]), "messages", "empty_array"),
        (body(n=0), "n", "invalid_value"),
        (body(n=129), "n", "invalid_value"),
        (body(max_tokens=0), "max_tokens", "integer_below_min_value"),
        (body(max_completion_tokens=0), "max_completion_tokens", "integer_below_min_value"),
        (body(temperature=0, messages=7), None, "invalid_type"),
        (
            body(tool_choice={"type": "function", "function": {"name": "x"}}, tools=TOOLS),
            "tool_choice",
            "invalid_value",
        ),
        (body(tool_choice={"type": "what"}, tools=TOOLS), "tool_choice", "invalid_value"),
        (b"{", None, None),
        (b"\xff", None, None),
        (b'{"model":"weir-demo","messages":[],"x":' + b"[" * 100_000, None, None),
    ],
)
async def test_bad_requests_are_refused_as_openai_does(data: bytes, param: str | None, code: str | None) -> None:
    status, headers, answer = await World().whole(data)
    assert (status, headers["content-type"]) == (400, "application/json")
    error = decode(answer)["error"]
    assert (error["type"], error["param"], error["code"]) == ("invalid_request_error", param, code)
    assert error["message"]


async def test_other_paths_are_not_found() -> None:
    world = World()
    async with world.upstream().send(world.request(body(), "simulator://local/embeddings")) as reply:
        assert reply.status == 404


async def test_the_callers_script_counts_more_than_the_operators() -> None:
    completion = await World().completion("tokens=9", metadata={"weir_simulator": "tokens=2", "other": "x"})
    assert completion.choices[0].message.content == "the water"
    assert completion.model == "weir-demo"


@pytest.mark.parametrize(
    ("script", "status", "kind", "code"),
    [
        ("fail=429", 429, "requests", "rate_limit_exceeded"),
        ("fail=500", 500, "server_error", None),
        ("fail=503", 503, "service_unavailable_error", "server_is_overloaded"),
        ("fail=401", 401, "invalid_request_error", "invalid_api_key"),
        ("fail=400,code=context_length_exceeded", 400, "invalid_request_error", "context_length_exceeded"),
        ("fail=400,code=400", 400, "invalid_request_error", 400),
    ],
)
async def test_scripted_errors_look_like_openais(script: str, status: int, kind: str, code: object) -> None:
    found, headers, answer = await World().whole(body(script))
    error = decode(answer)["error"]
    assert (found, headers["content-type"], error["type"], error["code"]) == (status, "application/json", kind, code)


@pytest.mark.parametrize(
    ("script", "headers"),
    [
        ("fail=429,retry_after=2", {"content-type": "application/json", "retry-after": "2"}),
        ("fail=429,retry_after=150ms", {"content-type": "application/json", "retry-after-ms": "150"}),
        ("status=503,retry_after=1m", {"content-type": "text/html; charset=utf-8", "retry-after": "60"}),
        ("status=502", {"content-type": "text/html; charset=utf-8"}),
    ],
)
async def test_scripted_errors_say_when_to_come_back(script: str, headers: dict[str, str]) -> None:
    status, found, answer = await World().whole(body(script))
    assert status in {429, 502, 503}
    assert found == headers
    assert answer.startswith(b"<!doctype" if "status" in script else b"{")


@pytest.mark.parametrize(("script", "cause"), [("refuse", "refused"), ("reset", "reset")])
async def test_there_may_be_no_connection(script: str, cause: str) -> None:
    with pytest.raises(UpstreamError) as caught:
        await World().whole(body(script))
    assert caught.value.facts == {"cause": cause}
