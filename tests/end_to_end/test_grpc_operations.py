"""What operators and tools use of the gRPC listener: health, reflection, channelz, buf curl, and limits on size."""

import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import grpc
import msgspec
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from grpc_channelz.v1.channelz_pb2 import GetServersRequest, GetServersResponse
from grpc_channelz.v1.channelz_pb2_grpc import ChannelzStub
from grpc_health.v1.health_pb2 import HealthCheckRequest, HealthCheckResponse
from grpc_health.v1.health_pb2_grpc import HealthStub
from grpc_reflection.v1alpha.reflection_pb2 import ServerReflectionRequest
from grpc_reflection.v1alpha.reflection_pb2_grpc import ServerReflectionStub

from tests.end_to_end.conftest import UNPROXIED
from tests.fakes.gateway_process import FREE_PORT
from tests.fakes.gateways import CONFIGURATION, GATEWAYS, Gateway
from tests.fakes.rich_status import rich_status
from weir.v1.chat_message_pb2 import ROLE_USER, ChatMessage
from weir.v1.chat_request_pb2 import ChatRequest
from weir.v1.chat_service_pb2 import CreateChatCompletionRequest
from weir.v1.chat_service_pb2_grpc import ChatServiceStub

BUF = str(Path(sys.executable).parent / "buf")
MEBIBYTE = 1024 * 1024
AT_ONCE = 10.0
SERVICES = ["weir.v1.AccountService", "weir.v1.ChatService", "weir.v1.ModelService"]


class ShownDetail(msgspec.Struct):
    """A detail as buf shows it."""

    type: str
    value: str


class ShownFailure(msgspec.Struct):
    """A failed call as buf shows it."""

    code: str
    message: str
    details: list[ShownDetail]


def buf_curl(gateway: Gateway, folder: Path, method: str, body: str, *headers: str) -> subprocess.CompletedProcess[str]:
    """Runs `buf curl` as the README does."""
    given = [part for header in headers for part in ("-H", header)]
    asked = [*given, "-d", body, f"http://{gateway.grpc}/{method}"]
    return subprocess.run(  # noqa: S603 # a tool of this project
        [BUF, "curl", "--protocol", "grpc", "--http2-prior-knowledge", *asked],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        cwd=folder,
        env={"HOME": str(folder)},
    )


def test_reflection_lists_every_service(embedded: Gateway) -> None:
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as channel:
        asked = ServerReflectionRequest(list_services="")
        (answer,) = ServerReflectionStub(channel).ServerReflectionInfo(iter([asked]), timeout=10)
    names = sorted(service.name for service in answer.list_services_response.service)
    assert names == ["grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection", *SERVICES]


def test_reflection_can_be_turned_off(tmp_path: Path) -> None:
    with (
        GATEWAYS["embedded"](tmp_path / "gateway", CONFIGURATION, {"WEIR_REFLECTION": "false"}) as gateway,
        grpc.insecure_channel(gateway.grpc, options=UNPROXIED) as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        list(ServerReflectionStub(channel).ServerReflectionInfo(iter([ServerReflectionRequest(list_services="")])))
    assert rich_status(caught.value).code is grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize("service", ["", *SERVICES])
def test_health_is_good_for_every_service_and_asks_for_no_key(embedded: Gateway, service: str) -> None:
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as channel:
        answer = HealthStub(channel).Check(HealthCheckRequest(service=service), timeout=10)
    assert answer.status == HealthCheckResponse.SERVING


def test_health_of_a_stranger_is_not_found(embedded: Gateway) -> None:
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as channel, pytest.raises(grpc.RpcError) as caught:
        HealthStub(channel).Check(HealthCheckRequest(service="nobody"), timeout=10)
    assert rich_status(caught.value).code is grpc.StatusCode.NOT_FOUND


@pytest.mark.parametrize("kind", list(GATEWAYS))
def test_who_watches_health_hears_of_the_end(tmp_path: Path, kind: str) -> None:
    heard = []
    with (
        GATEWAYS[kind](tmp_path / "gateway") as gateway,
        grpc.insecure_channel(gateway.grpc, options=UNPROXIED) as channel,
    ):
        watch = HealthStub(channel).Watch(HealthCheckRequest(service="weir.v1.ChatService"), timeout=20)
        heard.append(next(watch).status)
        gateway.core.signal()
        heard.append(next(watch).status)
        gateway.core.wait(AT_ONCE)
    assert heard == [HealthCheckResponse.SERVING, HealthCheckResponse.NOT_SERVING]


def test_channelz_answers_on_a_port_of_its_own(tmp_path: Path) -> None:
    variables = {"WEIR_CHANNELZ_LISTEN": FREE_PORT}
    with GATEWAYS["embedded"](tmp_path / "gateway", CONFIGURATION, variables) as gateway:
        address = gateway.core.addresses["channelz"]
        assert address != gateway.grpc
        with grpc.insecure_channel(address, options=UNPROXIED) as channel:
            servers: GetServersResponse = ChannelzStub(channel).GetServers(GetServersRequest(), timeout=10)
        assert len(servers.server) >= 1
        with (
            grpc.insecure_channel(gateway.grpc, options=UNPROXIED) as channel,
            pytest.raises(grpc.RpcError) as caught,
        ):
            ChannelzStub(channel).GetServers(GetServersRequest(), timeout=10)
    assert rich_status(caught.value).code in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.UNAUTHENTICATED)


@pytest.mark.parametrize("method", ["CreateChatCompletion", "StreamChatCompletion"])
def test_buf_curl_needs_no_files(embedded: Gateway, tmp_path: Path, method: str) -> None:
    body = '{"chat": {"model": "weir-demo", "messages": [{"role": "ROLE_USER", "content": "hello"}]}}'
    authorization = f"authorization: Bearer {embedded.key}"
    done = buf_curl(embedded, tmp_path, f"weir.v1.ChatService/{method}", body, authorization)
    assert done.returncode == 0, done.stderr
    assert '"nanoUsd"' in done.stdout
    assert "FINISH_REASON_STOP" in done.stdout


def test_buf_curl_shows_the_details_of_an_error(embedded: Gateway, tmp_path: Path) -> None:
    body = '{"chat": {"model": "weir-demo", "temperature": 3}}'
    authorization = f"authorization: Bearer {embedded.key}"
    done = buf_curl(embedded, tmp_path, "weir.v1.ChatService/CreateChatCompletion", body, authorization)
    assert done.returncode != 0
    failure = msgspec.json.decode(done.stderr, type=ShownFailure)
    info, bad = ErrorInfo(), BadRequest()
    for detail in failure.details:
        for known in (info, bad):
            if detail.type == known.DESCRIPTOR.full_name:
                known.MergeFromString(b64decode(detail.value + "=="))
    assert (failure.code, info.reason, info.domain) == ("invalid_argument", "INVALID_REQUEST", "weir")
    assert [violation.field for violation in bad.field_violations] == ["chat.messages", "chat.temperature"]


def test_buf_curl_without_a_key_is_refused(embedded: Gateway, tmp_path: Path) -> None:
    done = buf_curl(embedded, tmp_path, "weir.v1.ModelService/ListModels", "{}")
    assert done.returncode != 0
    failure = msgspec.json.decode(done.stderr, type=ShownFailure)
    assert failure.code == "unauthenticated"
    assert b"API_KEY_INVALID" in b64decode(failure.details[0].value + "==")


def large(mebibytes: int) -> CreateChatCompletionRequest:
    """Makes a request of this size."""
    messages = [ChatMessage(role=ROLE_USER, content="a" * (mebibytes * MEBIBYTE))]
    script = {"weir_simulator": "tokens=1"}
    return CreateChatCompletionRequest(chat=ChatRequest(model="weir-demo", messages=messages, metadata=script))


def test_a_prompt_of_eight_mebibytes_passes(embedded: Gateway) -> None:
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as channel:
        metadata = (("x-api-key", embedded.key),)
        answer = ChatServiceStub(channel).CreateChatCompletion(large(8), metadata=metadata, timeout=30)
    assert answer.completion.usage.completion_tokens == 1


def test_a_prompt_of_forty_mebibytes_is_refused(embedded: Gateway) -> None:
    with grpc.insecure_channel(embedded.grpc, options=UNPROXIED) as channel:
        stub, metadata = ChatServiceStub(channel), (("x-api-key", embedded.key),)
        with pytest.raises(grpc.RpcError) as caught:
            stub.CreateChatCompletion(large(40), metadata=metadata, timeout=30)
        assert rich_status(caught.value).code is grpc.StatusCode.RESOURCE_EXHAUSTED
        assert stub.CreateChatCompletion(large(0), metadata=metadata, timeout=30).completion.choices
