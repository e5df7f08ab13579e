"""What the official client makes of failures: its class of error, the body, and how often it tried."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI
from openai.types.chat import ChatCompletionChunk

from tests.fakes.gateways import Gateway

HELLO: dict[str, Any] = {"model": "weir-demo", "messages": [{"role": "user", "content": "hello"}]}
SOON = "retry_after=10ms"


@dataclass(frozen=True, slots=True)
class CountedClient:
    """A client, and the requests that left it."""

    sdk: OpenAI
    requests: list[httpx2.Request] = field(default_factory=list)

    def fails(self, script: str, *, streamed: bool = False) -> openai.APIStatusError:
        """Sends a request that a scripted provider makes fail."""
        with pytest.raises(openai.APIStatusError) as caught:
            self.sdk.chat.completions.create(**HELLO, metadata={"weir_simulator": script}, stream=streamed)
        return caught.value


@pytest.fixture
def counted(gateway: Gateway) -> Iterator[CountedClient]:
    """Gives a client with the retries it has by default."""
    requests: list[httpx2.Request] = []
    with httpx2.Client(trust_env=False, event_hooks={"request": [requests.append]}) as http:
        yield CountedClient(OpenAI(base_url=f"{gateway.http}/v1", api_key=gateway.key, http_client=http), requests)


PROVIDER_FAILURES: list[tuple[str, type[openai.APIStatusError], int, str, int]] = [
    (f"fail=429,{SOON}", openai.RateLimitError, 429, "upstream_rate_limited", 3),
    (f"fail=500,{SOON}", openai.InternalServerError, 502, "upstream_error", 3),
    (f"fail=503,{SOON}", openai.InternalServerError, 502, "upstream_error", 3),
    (f"status=502,{SOON}", openai.InternalServerError, 502, "upstream_error", 3),
    ("fail=401", openai.InternalServerError, 502, "upstream_auth", 1),
    ("fail=429,code=insufficient_quota", openai.InternalServerError, 502, "upstream_auth", 1),
    ("fail=400,code=context_length_exceeded", openai.BadRequestError, 400, "context_length_exceeded", 1),
    ("fail=400,code=content_filter", openai.BadRequestError, 400, "content_filter", 1),
    ("fail=501", openai.InternalServerError, 501, "unsupported", 1),
]


@pytest.mark.parametrize("row", PROVIDER_FAILURES, ids=[row[0] for row in PROVIDER_FAILURES])
def test_a_failure_of_the_provider_has_its_class_and_its_retries(
    counted: CountedClient, row: tuple[str, type[openai.APIStatusError], int, str, int]
) -> None:
    script, kind, status, code, tries = row
    for streamed in (False, True):
        counted.requests.clear()
        error = counted.fails(script, streamed=streamed)
        assert type(error) is kind
        assert (error.status_code, error.code) == (status, code)
        assert error.request_id
        assert len(counted.requests) == tries


@pytest.mark.parametrize("script", ["refuse", "reset", "garbage", "cut=0", "error=0"])
def test_what_comes_before_the_first_token_is_a_failure_with_a_status(counted: CountedClient, script: str) -> None:
    impatient = CountedClient(counted.sdk.with_options(max_retries=0))
    for streamed in (False, True):
        error = impatient.fails(script, streamed=streamed)
        assert (error.status_code, error.code, error.type) == (502, "upstream_error", "server_error")


def test_the_client_waits_as_long_as_the_provider_asks(counted: CountedClient) -> None:
    error = counted.fails("fail=429,retry_after=30ms")
    assert error.response.headers["retry-after-ms"] == "30"
    assert error.response.headers["retry-after"] == "1"
    assert error.response.headers["x-should-retry"] == "true"
    assert [request.headers["x-stainless-retry-count"] for request in counted.requests] == ["0", "1", "2"]


@pytest.mark.parametrize("key", ["gw_live_wrong", "x"])
def test_a_wrong_key_is_an_authentication_error(gateway: Gateway, counted: CountedClient, key: str) -> None:
    stranger = counted.sdk.with_options(api_key=key)
    for call in (stranger.models.list, lambda: stranger.chat.completions.create(**HELLO)):
        with pytest.raises(openai.AuthenticationError) as caught:
            call()
        assert caught.value.code == "invalid_api_key"
        assert caught.value.response.headers["www-authenticate"] == 'Bearer realm="weir"'
        assert key not in caught.value.message
    assert gateway.key not in str(counted.requests[0].headers)
    assert len(counted.requests) == 2


def test_an_unknown_model_is_not_found(counted: CountedClient) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        counted.sdk.chat.completions.create(**{**HELLO, "model": "no-such-model"})
    assert (caught.value.code, caught.value.type) == ("model_not_found", "invalid_request_error")
    assert "no-such-model" in caught.value.message
    with pytest.raises(openai.NotFoundError) as caught:
        counted.sdk.models.retrieve("no/such/model")
    assert caught.value.code == "model_not_found"
    assert len(counted.requests) == 2


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"temperature": 3}, "temperature"),
        ({"messages": []}, "messages"),
        ({"n": 0}, "n"),
        ({"messages": [{"role": "bard", "content": "a"}]}, "messages[0].role"),
        ({"messages": [{"role": "user", "content": 7}]}, "messages[0].content"),
        ({"max_tokens": "many"}, "max_tokens"),
        ({"metadata": {"weir_simulator": "dance"}}, "metadata.weir_simulator"),
    ],
)
def test_a_bad_request_names_the_field(counted: CountedClient, wrong: dict[str, Any], param: str) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        counted.sdk.chat.completions.create(**{**HELLO, **wrong})
    assert caught.value.param == param
    assert caught.value.type == "invalid_request_error"
    assert len(counted.requests) == 1


BREAKS = ["cut=3", "error=3", "stall=3", "malformed=3,cut=5"]


@pytest.mark.parametrize("script", BREAKS)
def test_a_stream_that_breaks_is_an_error_and_no_normal_end(client: OpenAI, script: str) -> None:
    chunks: list[ChatCompletionChunk] = []
    asked = {**HELLO, "model": "hasty", "metadata": {"weir_simulator": f"tokens=50,{script}"}}
    with (  # noqa: PT012 # the error comes while the stream is read
        pytest.raises(openai.APIError) as caught,
        client.chat.completions.create(**asked, stream=True) as stream,
    ):
        for chunk in stream:
            chunks.append(chunk)  # noqa: PERF402 # what came before the error counts
    assert chunks
    assert all(chunk.choices[0].finish_reason is None for chunk in chunks)
    assert not isinstance(caught.value, openai.APIStatusError)
    assert caught.value.code in ("upstream_error", "timeout")
    assert caught.value.type == "server_error"


@pytest.mark.parametrize("script", BREAKS)
async def test_a_stream_that_breaks_is_an_error_for_asyncio_too(async_client: AsyncOpenAI, script: str) -> None:
    with pytest.raises(openai.APIError) as caught:
        async with async_client.chat.completions.stream(
            **{**HELLO, "model": "hasty"}, metadata={"weir_simulator": f"tokens=50,{script}"}
        ) as stream:
            await stream.get_final_completion()
    assert caught.value.code in ("upstream_error", "timeout")


def test_nobody_there_is_a_connection_error_after_all_tries(counted: CountedClient) -> None:
    nowhere = counted.sdk.with_options(base_url="http://127.0.0.1:9/v1", max_retries=1)
    with pytest.raises(openai.APIConnectionError):
        nowhere.models.list()
    assert len(counted.requests) == 2
