"""What every dialect promises, whatever it speaks."""

from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import decode, encode

from gateway_core.errors import CallerError, GatewayError, ProviderError, UpstreamBroke, UpstreamError
from gateway_core.providers.dialect import ChatDialect, StreamEnd, StreamReader
from tests.contracts.dialect.dialects import CASES, DialectCase
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk
from weir.v1.chat_message_pb2 import ROLE_SYSTEM, ROLE_USER, ChatMessage
from weir.v1.chat_options_pb2 import StreamOptions
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.tool_pb2 import FunctionDefinition, Tool

# What any server, or whatever stands before it, may send, and how it is to be understood without a look at the body.
ERRORS_OF_ALL = (
    (401, b"", "UPSTREAM_AUTH"),
    (403, b"<html>", "UPSTREAM_AUTH"),
    (408, b"", "UPSTREAM_ERROR"),
    (429, b"", "UPSTREAM_RATE_LIMITED"),
    (500, b"\xff", "UPSTREAM_ERROR"),
    (502, b"<html>", "UPSTREAM_ERROR"),
    (503, b'{"error":', "UPSTREAM_ERROR"),
    (529, b"[]", "UPSTREAM_ERROR"),
)

CANARY = "sk-canary-7f3a"


def request(*, usage: bool) -> ChatRequest:
    return ChatRequest(
        model="fast",
        messages=[ChatMessage(role=ROLE_SYSTEM, content="Be brief."), ChatMessage(role=ROLE_USER, content="Grüße 😀")],
        temperature=0.5,
        max_completion_tokens=20,
        tools=[Tool(function=FunctionDefinition(name="f", parameters_json='{"type":"object"}'))],
        stream_options=StreamOptions(include_usage=usage),
    )


def read(dialect: ChatDialect, *pieces: bytes) -> tuple[StreamReader, list[ChatCompletionChunk]]:
    """Reads as the gateway does: until the reader has enough, or there is nothing more."""
    stream = dialect.read_stream(request(usage=False))
    chunks: list[ChatCompletionChunk] = []
    for piece in (*(piece for piece in pieces if piece), b""):
        if not stream.ended:
            chunks += stream.feed(piece)
    return stream, chunks


Failure: TypeAlias = tuple[type[GatewayError], str, dict[str, str]]


def outcome(
    stream: StreamReader, chunks: list[ChatCompletionChunk]
) -> tuple[list[ChatCompletionChunk], int, StreamEnd | Failure]:
    """Gives all that a reader tells, for comparison."""
    try:
        end: StreamEnd | Failure = stream.finish()
    except GatewayError as error:
        end = (type(error), error.message, dict(error.facts))
    return chunks, stream.emitted_bytes, end


cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@cases
@pytest.mark.parametrize("stream", [True, False])
def test_writing_leaves_the_request_as_it_was(case: DialectCase, *, stream: bool) -> None:
    asked = request(usage=True)
    before = asked.SerializeToString(deterministic=True)
    dialect = case.make()
    first = dialect.write_request(asked, "their-model", stream=stream)
    assert asked.SerializeToString(deterministic=True) == before
    assert dialect.write_request(asked, "their-model", stream=stream) == first
    assert first.path.startswith("/")
    assert isinstance(decode(first.body), dict)
    assert b"their-model" in first.path.encode() + first.body
    assert b'"fast"' not in first.body


@cases
def test_headers_carry_the_credential_and_say_json(case: DialectCase) -> None:
    headers = {name.lower(): value for name, value in case.make().headers(CANARY).items()}
    assert any(CANARY in value for value in headers.values())
    assert headers["content-type"] == "application/json"


@cases
def test_recorded_replies_are_read(case: DialectCase) -> None:
    dialect = case.make()
    for path in case.files("reply_*.json"):
        completion = dialect.read_response(path.read_bytes())
        assert completion.choices, path.name
        assert completion.choices[0].finish_reason, path.name


@cases
def test_a_reply_that_is_cut_anywhere_is_an_upstream_error(case: DialectCase) -> None:
    dialect = case.make()
    body = case.files("reply_*.json")[-1].read_bytes()
    for length in range(len(body)):
        with pytest.raises(UpstreamError):
            dialect.read_response(body[:length])


@cases
def test_recorded_streams_say_how_they_ended(case: DialectCase) -> None:
    dialect = case.make()
    for path in case.files("stream_*.sse"):
        stream, chunks = read(dialect, path.read_bytes())
        assert chunks, path.name
        assert stream.emitted_bytes, path.name
        if "error" in path.name:
            with pytest.raises(UpstreamBroke):
                stream.finish()
        else:
            assert stream.finish().finish_reason, path.name


@cases
def test_a_stream_says_the_same_wherever_it_is_cut_into_pieces(case: DialectCase) -> None:
    dialect = case.make()
    for path in case.files("stream_*.sse"):
        data = path.read_bytes()
        whole = outcome(*read(dialect, data))
        bytewise = [data[index : index + 1] for index in range(len(data))]
        assert outcome(*read(dialect, *bytewise)) == whole, path.name
        for cut in range(0, len(data), 7):
            assert outcome(*read(dialect, data[:cut], data[cut:])) == whole, (path.name, cut)


@cases
def test_a_stream_that_is_cut_off_is_never_a_success(case: DialectCase) -> None:
    dialect = case.make()
    for path in case.files("stream_*.sse"):
        data = path.read_bytes()
        _, whole = read(dialect, data)
        for length in range(len(data)):
            stream, chunks = read(dialect, data[:length])
            assert chunks == whole[: len(chunks)], (path.name, length)
            end = outcome(stream, chunks)[-1]
            if isinstance(end, StreamEnd):
                assert said(chunks) == said(whole), (path.name, length)
            else:
                assert end[0] is (UpstreamBroke if chunks else UpstreamError), (path.name, length)


def said(chunks: list[ChatCompletionChunk]) -> list[str]:
    """Gives everything of a reply that a reader would miss."""
    return [str(choice) for chunk in chunks for choice in chunk.choices]


@cases
@given(pieces=st.lists(st.binary(max_size=60), max_size=6))
def test_feeding_anything_never_raises(case: DialectCase, pieces: list[bytes]) -> None:
    stream, chunks = read(case.make(), *pieces)
    assert chunks == []
    with pytest.raises(UpstreamError):
        stream.finish()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "index", "content", "tool_calls", "function", "error", "usage", "finish_reason"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@cases
@given(values=st.lists(JSON, max_size=4))
def test_events_that_hold_any_json_never_raise(case: DialectCase, values: list[object]) -> None:
    events = (b"data: " + encode(value) + b"\n\n" for value in values)
    stream, chunks = read(case.make(), *events)
    assert outcome(stream, chunks) == outcome(stream, chunks)


@cases
def test_refusals_are_understood(case: DialectCase) -> None:
    dialect = case.make()
    for status, body, reason in (*ERRORS_OF_ALL, *case.errors):
        error = dialect.read_error(status, {}, body)
        assert isinstance(error, CallerError | ProviderError)
        assert error.reason == reason, (status, body)


@cases
@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_credential_in_a_refusal_goes_no_further(case: DialectCase, status: int) -> None:
    body = f'{{"error":{{"message":"the key {CANARY} is wrong","code":"{CANARY}","param":"{CANARY}"}}}}'.encode()
    error = case.make().read_error(status, {"x-key": CANARY}, body)
    assert CANARY not in repr((error.message, error.violations, dict(error.facts)))


@cases
@given(status=st.integers(300, 599), body=st.binary(max_size=80))
def test_any_refusal_is_an_error_of_the_taxonomy(case: DialectCase, status: int, body: bytes) -> None:
    error = case.make().read_error(status, {}, body)
    assert isinstance(error, CallerError | ProviderError)
    assert error.message
