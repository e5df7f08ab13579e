"""`weir models`: what it asks of the gateway, and how models are shown."""

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.model_pb2 import (
    ROUTING_STRATEGY_WEIGHTED,
    STREAM_BREAK_CONTINUE,
    Model,
    ModelRetries,
    ModelTarget,
)
from weir.admin.v1.model_service_pb2 import (
    CreateModelRequest,
    DeleteModelRequest,
    GetModelRequest,
    GetModelResponse,
    ListModelsRequest,
    ListModelsResponse,
    UpdateModelRequest,
)

MINI = ModelTarget(provider="providers/openai", provider_model="gpt-4o-mini", weight=3)
LLAMA = ModelTarget(provider="providers/local", provider_model="meta-llama/Llama-3.1-8B")
FAST = Model(
    name="models/team/fast",
    targets=[MINI, LLAMA],
    strategy=ROUTING_STRATEGY_WEIGHTED,
    fallbacks=["models/steady"],
    retries=ModelRetries(attempts=0, budget=0.25),
)
TARGETS = "--target openai/gpt-4o-mini=3 --target local/meta-llama/Llama-3.1-8B"
RETRIES = "--retries 0 --retry-backoff 200ms --retry-budget 0.25"
REQUESTS = [
    ("list", ListModelsRequest(page_size=1000)),
    ("get team/fast", GetModelRequest(name="models/team/fast")),
    ("get models/team/fast", GetModelRequest(name="models/team/fast")),
    (
        f"create team/fast {TARGETS} --strategy weighted --fallback steady --fallback models/last",
        CreateModelRequest(
            model_id="team/fast",
            model=Model(
                targets=[MINI, LLAMA], strategy=ROUTING_STRATEGY_WEIGHTED, fallbacks=["models/steady", "models/last"]
            ),
        ),
    ),
    (
        f"create odd --target openai/a=b --stream-break continue {RETRIES} --disable",
        CreateModelRequest(
            model_id="odd",
            model=Model(
                targets=[ModelTarget(provider="providers/openai", provider_model="a=b")],
                stream_break=STREAM_BREAK_CONTINUE,
                retries=ModelRetries(attempts=0, backoff=Duration(nanos=200_000_000), budget=0.25),
                disabled=True,
            ),
        ),
    ),
    (
        "update fast --no-fallbacks --retries 0 --etag 1-ab",
        UpdateModelRequest(
            model=Model(name="models/fast", etag="1-ab", retries=ModelRetries(attempts=0)),
            update_mask=FieldMask(paths=["retries.attempts", "fallbacks"]),
        ),
    ),
    ("delete team/fast --etag 1-ab", DeleteModelRequest(name="models/team/fast", etag="1-ab")),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("models", *line.split()) == request_


def test_targets_and_fallbacks_are_listed_as_they_are_written() -> None:
    with answering_admin({"ListModels": ListModelsResponse(models=[FAST])}) as admin:
        row = weir("models", "list", admin=admin).stdout.splitlines()[1].split()
    assert row == [
        *("team/fast", "no", "weighted", "openai/gpt-4o-mini=3", "local/meta-llama/Llama-3.1-8B", "steady", "-"),
    ]


def test_one_model_shows_each_target_and_its_retries() -> None:
    with answering_admin({"GetModel": GetModelResponse(model=FAST)}) as admin:
        lines = [line.split() for line in weir("models", "get", "team/fast", admin=admin).stdout.splitlines()]
    assert ["targets", "provider=providers/openai", "provider_model=gpt-4o-mini", "weight=3"] in lines
    assert ["retries.attempts", "0"] in lines
    assert ["retries.budget", "0.25"] in lines
    assert ["fallbacks", "models/steady"] in lines


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("create fast --target gpt-4o", "must look like openai/gpt-4o-mini"),
        ("create fast --target openai/", "must look like openai/gpt-4o-mini"),
        ("create fast --strategy best", "--strategy"),
        ("create fast --retry-budget 2", "--retry-budget"),
        ("update fast", "there is nothing to change"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(line: str, sentence: str) -> None:
    with answering_admin({}) as admin:
        result = weir("models", *line.split(), admin=admin)
    assert (result.exit_code, admin.requests) == (2, [])
    assert sentence in told(result)
