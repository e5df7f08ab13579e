"""An admin service on a real port that answers as it is told and keeps what it was asked, and `weir` beside it."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor_pool import Default
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import ErrorInfo
from google.rpc.status_pb2 import Status
from typer.testing import CliRunner, Result

from gateway_cli.__main__ import build
from gateway_cli.environment import read_environment

TOKEN = "wadm_made_up_for_tests"
REPEATABLE = 4
DETAILS = "grpc-status-details-bin"
M = TypeVar("M", bound=Message)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A failure to answer with: code, sentence, reason, and more details."""

    code: grpc.StatusCode
    sentence: str
    reason: str = ""
    details: tuple[Message, ...] = ()
    trailers: tuple[tuple[str, str | bytes], ...] = ()

    def packed(self) -> bytes:
        """Writes the rich status."""
        status = Status(code=self.code.value[0], message=self.sentence)
        for part in (ErrorInfo(reason=self.reason, domain="weir"), *self.details):
            packed = AnyMessage()
            packed.Pack(part)
            status.details.append(packed)
        return bytes(status.SerializeToString())


Answer: TypeAlias = Message | Refusal


@dataclass(slots=True)
class AnsweringAdmin(grpc.GenericRpcHandler):
    """Answers each rpc with what is next in its script, the last again and again; without a script, with nothing."""

    script: Mapping[str, Sequence[Answer]]
    address: str = ""
    requests: list[Message] = field(default_factory=list)
    tokens: list[object] = field(default_factory=list)

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes] | None":
        """Finds the rpc in the contract."""
        service, _, rpc = details.method.removeprefix("/").partition("/")
        described = Default().FindServiceByName(service).methods_by_name[rpc]
        kind = GetMessageClass(described.input_type)

        def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
            self.tokens.append(dict(context.invocation_metadata()).get("authorization"))
            self.requests.append(kind.FromString(request))
            empty = GetMessageClass(described.output_type)()
            return self._sent(self._next(rpc) or empty, context).SerializeToString()

        def answers(request: bytes, context: grpc.ServicerContext) -> Iterator[bytes]:
            self.requests.append(kind.FromString(request))
            for planned in self.script[rpc]:
                yield self._sent(planned, context).SerializeToString()

        if described.server_streaming:
            return grpc.unary_stream_rpc_method_handler(answers)
        return grpc.unary_unary_rpc_method_handler(answer)

    def asked(self, kind: type[M]) -> list[M]:
        """Gives the requests of one kind."""
        return [request for request in self.requests if isinstance(request, kind)]

    def only(self, kind: type[M]) -> M:
        """Gives the one request that came, which is of this kind."""
        (request,) = self.requests
        assert isinstance(request, kind)
        return request

    def _next(self, rpc: str) -> Answer | None:
        before = sum(type(request).__name__ == f"{rpc}Request" for request in self.requests) - 1
        planned = self.script.get(rpc, ())
        return planned[min(before, len(planned) - 1)] if planned else None

    def _sent(self, answer: Answer, context: grpc.ServicerContext) -> Message:
        if isinstance(answer, Message):
            return answer
        details = ((DETAILS, answer.packed()),) if answer.reason else ()
        context.set_trailing_metadata((*details, *answer.trailers))
        context.abort(answer.code, answer.sentence)
        raise AssertionError


@contextmanager
def answering_admin(
    script: Mapping[str, Answer | Sequence[Answer]], credentials: grpc.ServerCredentials | None = None
) -> Iterator[AnsweringAdmin]:
    """Runs the service while inside."""
    answers = {rpc: answer if isinstance(answer, Sequence) else (answer,) for rpc, answer in script.items()}
    admin = AnsweringAdmin(answers)
    with ThreadPoolExecutor(2) as threads:
        server = grpc.server(threads, handlers=[admin])
        if credentials is None:
            port = server.add_insecure_port("127.0.0.1:0")
        else:
            port = server.add_secure_port("127.0.0.1:0", credentials)
        admin.address = f"127.0.0.1:{port}"
        server.start()
        try:
            yield admin
        finally:
            server.stop(0).wait()


def weir(
    *arguments: str, admin: AnsweringAdmin | None = None, stdin: str = "", variables: Mapping[str, str] | None = None
) -> Result:
    """Runs `weir` in this process, against an admin service, with no variables of a gateway but these."""
    environment: dict[str, str | None] = {name: None for name in read_environment() if name.startswith("WEIR_")}
    environment |= {"WEIR_PROFILES": "/dev/null", "NO_COLOR": "1"}
    if admin is not None:
        environment |= {"WEIR_ADMIN_ADDRESS": admin.address, "WEIR_ADMIN_TOKEN": TOKEN}
    return CliRunner().invoke(build(arguments), arguments, input=stdin, env={**environment, **(variables or {})})


def requested(*arguments: str, stdin: str = "", variables: Mapping[str, str] | None = None) -> Message:
    """Runs `weir` and gives the one request that comes of it, without the id that makes repeating it safe."""
    with answering_admin({}) as admin:
        result = weir(*arguments, admin=admin, stdin=stdin, variables=variables)
    assert result.exit_code == 0, result.output
    (request,) = admin.requests
    for described, value in request.ListFields():
        if described.name == "request_id":
            assert uuid.UUID(value).version == REPEATABLE
            request.ClearField(described.name)
    return request


def told(result: Result) -> str:
    """Gives what is said of a mistake as one line, without the frame that is drawn around it."""
    return " ".join(result.stderr.replace("│", " ").split())
