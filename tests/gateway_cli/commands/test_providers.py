"""`weir providers`: what it asks of the gateway, and how providers are shown."""

import msgspec
import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from tests.fakes.answering_admin import answering_admin, requested, told, weir
from weir.admin.v1.provider_pb2 import (
    CREDENTIAL_BALANCE_LEAST_BUSY,
    PROVIDER_KIND_OPENAI,
    PROVIDER_KIND_VLLM,
    Provider,
    ProviderBreaker,
    ProviderTimeouts,
)
from weir.admin.v1.provider_service_pb2 import (
    CreateProviderRequest,
    DeleteProviderRequest,
    GetProviderRequest,
    GetProviderResponse,
    ListProvidersRequest,
    ListProvidersResponse,
    UpdateProviderRequest,
)

URL = "http://gpu-1:8000/v1"
LOCAL = Provider(
    name="providers/local",
    kind=PROVIDER_KIND_VLLM,
    base_url=URL,
    timeouts=ProviderTimeouts(
        connect=Duration(seconds=5), total=Duration(seconds=7200), idle=Duration(nanos=2_000_000)
    ),
)
TIMES = "--connect 500ms --first-token 30s --idle 1m --total 1h --stream-total 1d"
REQUESTS = [
    ("list --limit 3", ListProvidersRequest(page_size=3)),
    ("get local", GetProviderRequest(name="providers/local")),
    (
        f"create local --kind vllm --base-url {URL}",
        CreateProviderRequest(provider_id="local", provider=Provider(kind=PROVIDER_KIND_VLLM, base_url=URL)),
    ),
    (
        f"create p --kind openai --balance least_busy {TIMES} --breaker-failures 5 --breaker-reset 90s --disable",
        CreateProviderRequest(
            provider_id="p",
            provider=Provider(
                kind=PROVIDER_KIND_OPENAI,
                balance=CREDENTIAL_BALANCE_LEAST_BUSY,
                disabled=True,
                timeouts=ProviderTimeouts(
                    connect=Duration(nanos=500_000_000),
                    first_token=Duration(seconds=30),
                    idle=Duration(seconds=60),
                    total=Duration(seconds=3600),
                    stream_total=Duration(seconds=86_400),
                ),
                breaker=ProviderBreaker(failures=5, reset=Duration(seconds=90)),
            ),
        ),
    ),
    (
        "update providers/local --kind openai --idle 45s --etag 1-ab",
        UpdateProviderRequest(
            provider=Provider(
                name="providers/local",
                kind=PROVIDER_KIND_OPENAI,
                etag="1-ab",
                timeouts=ProviderTimeouts(idle=Duration(seconds=45)),
            ),
            update_mask=FieldMask(paths=["kind", "timeouts.idle"]),
        ),
    ),
    (
        "delete local --with-credentials --allow-missing --etag 1-ab",
        DeleteProviderRequest(name="providers/local", force=True, allow_missing=True, etag="1-ab"),
    ),
]


@pytest.mark.parametrize(("line", "request_"), REQUESTS, ids=[line for line, _ in REQUESTS])
def test_a_command_asks_for_what_it_says(line: str, request_: Message) -> None:
    assert requested("providers", *line.split()) == request_


def test_providers_are_listed_with_kind_and_address() -> None:
    with answering_admin({"ListProviders": ListProvidersResponse(providers=[LOCAL])}) as admin:
        result = weir("providers", "list", admin=admin)
    assert result.stdout.splitlines()[1].split() == ["local", "vllm", "no", URL, "-", "-"]


def test_times_are_shown_in_units_that_fit() -> None:
    with answering_admin({"GetProvider": GetProviderResponse(provider=LOCAL)}) as admin:
        lines = [line.split() for line in weir("providers", "get", "local", admin=admin).stdout.splitlines()]
    for row in (["timeouts.connect", "5s"], ["timeouts.total", "2h"], ["timeouts.idle", "2ms"]):
        assert row in lines


def test_what_is_deleted_for_good_is_told() -> None:
    with answering_admin({}) as admin:
        assert weir("providers", "delete", "local", admin=admin).stdout == "provider local deleted\n"
        told = weir("providers", "delete", "local", "-o", "json", admin=admin).stdout
    assert msgspec.json.decode(told) == {"name": "providers/local", "deleted": True}


def test_a_new_provider_needs_a_kind() -> None:
    result = weir("providers", "create", "local")
    assert result.exit_code == 2
    assert "--kind" in told(result)
