"""`weir limits`: what it asks of the gateway, and how limits are shown."""

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.limit_pb2 import LIMIT_PERIOD_MINUTE, LIMIT_PERIOD_MONTH, LIMIT_PERIOD_TOTAL, Limit
from weir.admin.v1.limit_service_pb2 import (
    CreateLimitRequest,
    CreateLimitResponse,
    DeleteLimitRequest,
    GetLimitRequest,
    ListLimitsRequest,
    ListLimitsResponse,
    UpdateLimitRequest,
)

REQUESTS = [
    ("list", ListLimitsRequest(page_size=1000)),
    ("list --on users/alice", ListLimitsRequest(page_size=1000, filter='subject = "users/alice"')),
    (
        "list --on keys/alice/laptop --filter period=DAY",
        ListLimitsRequest(page_size=1000, filter='subject = "users/alice/apiKeys/laptop" AND period=DAY'),
    ),
    ("get lim_1", GetLimitRequest(name="limits/lim_1")),
    (
        "create --on users/alice --requests 600 --per minute",
        CreateLimitRequest(limit=Limit(subject="users/alice", requests=600, period=LIMIT_PERIOD_MINUTE)),
    ),
    (
        "create --on defaults --cost-usd 10.25 --per month",
        CreateLimitRequest(limit=Limit(subject="defaults", cost_nano_usd=10_250_000_000, period=LIMIT_PERIOD_MONTH)),
    ),
    (
        "create --on models/team/fast --tokens 1000 --per total",
        CreateLimitRequest(limit=Limit(subject="models/team/fast", tokens=1000, period=LIMIT_PERIOD_TOTAL)),
    ),
    (
        "create --on credentials/openai/main --concurrent 50",
        CreateLimitRequest(limit=Limit(subject="providers/openai/credentials/main", concurrent_requests=50)),
    ),
    (
        "update lim_1 --requests 900 --etag 1-ab",
        UpdateLimitRequest(
            limit=Limit(name="limits/lim_1", requests=900, etag="1-ab"), update_mask=FieldMask(paths=["requests"])
        ),
    ),
    ("delete limits/lim_1 --allow-missing", DeleteLimitRequest(name="limits/lim_1", allow_missing=True)),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("limits", *line.split()) == request_


def test_limits_are_listed_as_they_are_written() -> None:
    limits = [
        Limit(name="limits/1", subject="users/alice", requests=600, period=LIMIT_PERIOD_MINUTE),
        Limit(name="limits/2", subject="users/a/apiKeys/b", cost_nano_usd=10_250_000_000, period=LIMIT_PERIOD_MONTH),
        Limit(name="limits/3", subject="defaults", concurrent_requests=50),
        Limit(name="limits/4", subject="elsewhere"),
    ]
    with answering_admin({"ListLimits": ListLimitsResponse(limits=limits)}) as admin:
        rows = [line.split() for line in weir("limits", "list", admin=admin).stdout.splitlines()[1:]]
    assert rows == [
        ["1", "users/alice", "600", "requests", "minute", "-"],
        ["2", "keys/a/b", "10.25", "USD", "month", "-"],
        ["3", "defaults", "50", "concurrent", "requests", "-", "-"],
        ["4", "elsewhere", "-", "-", "-"],
    ]


def test_a_new_limit_is_told_with_the_id_it_got() -> None:
    with answering_admin({"CreateLimit": CreateLimitResponse(limit=Limit(name="limits/lim_9"))}) as admin:
        result = weir("limits", "create", "--on", "defaults", "--concurrent", "5", admin=admin)
    assert result.stdout == "limit lim_9 created\n"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("create --on users/alice", "give one of --requests"),
        ("create --on users/alice --requests 1 --tokens 1", "give one of --requests"),
        ("update lim_1", "give one of --requests"),
        ("create --on teams/a --requests 1", "must be defaults or look like"),
        ("create --on keys/alice --requests 1", "must look like alice/laptop"),
        ("create --on users/ --requests 1", "must look like alice"),
        ("create --requests 1", "--on"),
        ("create --on defaults --requests 0", "--requests"),
        ("create --on defaults --requests 1 --per year", "--per"),
    ],
)
def test_a_mistake_is_told_before_anything_is_asked(line: str, sentence: str) -> None:
    with answering_admin({}) as admin:
        result = weir("limits", *line.split(), admin=admin)
    assert (result.exit_code, admin.requests) == (2, [])
    assert sentence in told(result)
