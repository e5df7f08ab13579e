"""Completions and chunks as providers send them, recorded or from their documents."""

import msgspec
import pytest

from openai_json.codec import OpenAiJson
from weir.v1.chat_chunk_pb2 import ChatCompletionChunk, ChunkChoice, Delta
from weir.v1.chat_completion_pb2 import FINISH_REASON_STOP, FINISH_REASON_TOOL_CALLS, ChatCompletion, Choice
from weir.v1.chat_message_pb2 import ROLE_ASSISTANT, ChatMessage
from weir.v1.usage_pb2 import CompletionTokensDetails, PromptTokensDetails, Usage

CODEC = OpenAiJson()

HEAD = '"id":"chatcmpl-1","object":"chat.completion","created":1760000000,"model":"gpt-4o-mini-2024-07-18"'
CHUNK_HEAD = '"id":"chatcmpl-1","object":"chat.completion.chunk","created":1760000000,"model":"gpt-4o-mini"'

MESSAGE_ROWS = [
    '{"role":"assistant","content":"Hello!","refusal":null,"annotations":[]}',
    (
        '{"role":"assistant","content":null,"refusal":null,"tool_calls":'
        '[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}'
    ),
    '{"role":"assistant","content":null,"refusal":"No."}',
    '{"role":"assistant","content":"","reasoning_content":"Hm."}',
    '{"role":"assistant","content":"x","reasoning":"Hm.","reasoning_details":[{"type":"reasoning.text","text":"Hm."}]}',
    (
        '{"role":"assistant","content":"x","annotations":'
        '[{"type":"url_citation","url_citation":{"start_index":0,"end_index":1,"url":"u","title":"t"}}]}'
    ),
    '{"role":"assistant","content":null,"audio":{"id":"a","data":"AA==","expires_at":1,"transcript":"x"}}',
    '{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}',
]

CHOICE_ROWS = [
    '"finish_reason":"stop","logprobs":null',
    '"finish_reason":"length"',
    '"finish_reason":"tool_calls","stop_reason":128009,"token_ids":null',
    '"finish_reason":"content_filter","content_filter_results":{"hate":{"filtered":false}}',
    '"finish_reason":"function_call"',
    '"finish_reason":null,"logprobs":{"content":null,"refusal":[]}',
    (
        '"finish_reason":"stop","logprobs":{"content":[{"token":"Hi","logprob":-9999.0,"bytes":[72,105],"top_logprobs":'
        '[{"token":"Hi","logprob":0,"bytes":null}]},{"token":"x","logprob":-0.5,"bytes":[],"top_logprobs":[]}]}'
    ),
]

REPLY_ROWS = [
    (
        '"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0,'
        '"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":0,"audio_tokens":0,'
        '"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}'
    ),
    '"usage":{"prompt_tokens":1,"completion_tokens":null,"prompt_cache_hit_tokens":1,"cost":0.0001}',
    '"usage":null,"service_tier":"default","system_fingerprint":null',
    '"system_fingerprint":"fp","prompt_logprobs":null,"kv_transfer_params":null,"provider":"x"',
]

DELTA_ROWS = [
    '{"role":"assistant","content":"","refusal":null}',
    (
        '{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c","type":"function",'
        '"function":{"name":"f","arguments":""}}],"refusal":null}'
    ),
    '{"content":" token"}',
    '{"refusal":"No"}',
    '{"tool_calls":[{"index":1,"function":{"arguments":"{\\"a"}}]}',
    '{"tool_calls":[{"index":0,"type":"custom","custom":{"name":"c","input":"x"}}]}',
    '{"function_call":{"arguments":"x"}}',
    '{"reasoning":"Hm","reasoning_details":[{"index":0,"type":"reasoning.text","text":"Hm"}]}',
    '{"content":null,"reasoning_content":"Hm"}',
    "{}",
]


def decode(text: str) -> dict[str, object]:
    return msgspec.json.decode(text, type=dict[str, object])


def completion_there_and_back(text: str) -> ChatCompletion:
    read = ChatCompletion.FromString(CODEC.read_completion(decode(text)).SerializeToString())
    assert CODEC.write_completion(read) == decode(text)
    return read


def chunk_there_and_back(text: str) -> ChatCompletionChunk:
    read = ChatCompletionChunk.FromString(CODEC.read_chunk(decode(text)).SerializeToString())
    assert CODEC.write_chunk(read) == decode(text)
    return read


@pytest.mark.parametrize("message", MESSAGE_ROWS)
def test_every_reply_message_comes_out_as_it_went_in(message: str) -> None:
    text = f'{{{HEAD},"choices":[{{"index":0,"message":{message},"finish_reason":"stop"}}]}}'
    read = completion_there_and_back(text)
    assert read.choices[0].message.role == ROLE_ASSISTANT


@pytest.mark.parametrize("rest", CHOICE_ROWS)
def test_every_choice_comes_out_as_it_went_in(rest: str) -> None:
    completion_there_and_back(f'{{{HEAD},"choices":[{{"index":0,"message":{{"role":"assistant"}},{rest}}}]}}')
    chunk_there_and_back(f'{{{CHUNK_HEAD},"choices":[{{"index":0,"delta":{{}},{rest}}}]}}')


@pytest.mark.parametrize("rest", REPLY_ROWS)
def test_what_stands_around_the_choices_comes_out_as_it_went_in(rest: str) -> None:
    completion_there_and_back(f'{{{HEAD},"choices":[],{rest}}}')
    chunk_there_and_back(f'{{{CHUNK_HEAD},"choices":[],{rest}}}')


@pytest.mark.parametrize("delta", DELTA_ROWS)
def test_every_delta_comes_out_as_it_went_in(delta: str) -> None:
    choice = f'{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":null}}'
    read = chunk_there_and_back(f'{{{CHUNK_HEAD},"choices":[{choice}],"usage":null,"obfuscation":"x"}}')
    assert read.choices[0].HasField("delta")


def test_a_chunk_is_read_into_typed_fields() -> None:
    choice = '{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":"stop","logprobs":null}'
    read = chunk_there_and_back(f'{{{CHUNK_HEAD},"choices":[{choice}]}}')
    assert read == ChatCompletionChunk(
        id="chatcmpl-1",
        object="chat.completion.chunk",
        created=1760000000,
        model="gpt-4o-mini",
        choices=[
            ChunkChoice(
                index=0,
                delta=Delta(role=ROLE_ASSISTANT, content="Hi"),
                finish_reason=FINISH_REASON_STOP,
                extra_json='{"logprobs":null}',
            )
        ],
    )


def test_keys_that_clients_rely_on_are_written_even_when_nothing_is_set() -> None:
    assert CODEC.write_chunk(ChatCompletionChunk()) == {"choices": []}
    assert CODEC.write_completion(ChatCompletion()) == {"choices": []}
    assert CODEC.write_chunk(ChatCompletionChunk(choices=[ChunkChoice()])) == {"choices": [{"finish_reason": None}]}
    assert CODEC.write_completion(ChatCompletion(choices=[Choice()])) == {"choices": [{"finish_reason": None}]}


def test_keys_that_are_always_written_leave_no_trace_when_read_empty() -> None:
    assert CODEC.read_chunk({"choices": []}) == ChatCompletionChunk()
    assert CODEC.read_completion({"choices": [{"finish_reason": None}]}) == ChatCompletion(choices=[Choice()])


def test_a_reply_made_by_the_gateway_is_written() -> None:
    message = ChatMessage(role=ROLE_ASSISTANT, content="Hi")
    choice = Choice(index=0, message=message, finish_reason=FINISH_REASON_TOOL_CALLS)
    assert CODEC.write_completion(ChatCompletion(id="x", choices=[choice])) == {
        "id": "x",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "Hi"}, "finish_reason": "tool_calls"},
        ],
    }


def test_a_reason_of_a_newer_contract_is_written_as_none() -> None:
    newer = ChatCompletion(choices=[Choice.FromString(b"\x18\x63")])
    assert newer.choices[0].finish_reason == 99
    assert CODEC.write_completion(newer) == {"choices": [{"finish_reason": None}]}


def test_usage_is_written_alone() -> None:
    usage = Usage(
        prompt_tokens=5,
        completion_tokens=0,
        prompt_tokens_details=PromptTokensDetails(cached_tokens=1),
        completion_tokens_details=CompletionTokensDetails(reasoning_tokens=2),
    )
    assert CODEC.write_usage(usage) == {
        "prompt_tokens": 5,
        "completion_tokens": 0,
        "prompt_tokens_details": {"cached_tokens": 1},
        "completion_tokens_details": {"reasoning_tokens": 2},
    }
