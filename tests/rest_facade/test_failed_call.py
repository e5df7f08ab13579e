"""What a failed call says in its details is told on; what it says without any is not."""

import grpc
import pytest
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo
from google.rpc.status_pb2 import Status
from grpc.aio import AioRpcError, Metadata

from rest_facade.failed_call import FALLBACKS, read_failure
from tests.fakes.scripted_core import packed, weir_error

INVALID = grpc.StatusCode.INVALID_ARGUMENT


def failed(code: grpc.StatusCode, *details: object, raw: bytes | None = None) -> AioRpcError:
    status = Status(code=code.value[0], message="told by the core", details=[packed(it) for it in details])  # type: ignore[arg-type] # any message
    trailers = Metadata(("other", "x"), ("grpc-status-details-bin", raw or status.SerializeToString()))
    return AioRpcError(code, Metadata(), trailers, "told by the core")


def test_the_reason_decides_and_not_the_code() -> None:
    reply = read_failure(failed(grpc.StatusCode.RESOURCE_EXHAUSTED, *weir_error("BUDGET_EXCEEDED")))
    assert (reply.status, reply.code, reply.message) == (429, "insufficient_quota", "told by the core")


def test_a_violation_names_the_parameter_as_the_caller_knows_it() -> None:
    details = weir_error("INVALID_REQUEST", fields=[("chat.messages[0].role", "is required"), ("chat.model", "too")])
    reply = read_failure(failed(INVALID, *details))
    assert (reply.param, reply.code) == ("messages[0].role", "invalid_value")


def test_a_violation_may_give_the_code() -> None:
    violation = BadRequest.FieldViolation(field="chat.n", description="no", reason="UNSUPPORTED_VALUE")
    bad = BadRequest(field_violations=[violation])
    reply = read_failure(failed(INVALID, ErrorInfo(reason="INVALID_REQUEST", domain="weir"), bad))
    assert reply.code == "unsupported_value"


def test_a_violation_does_not_hide_the_code_of_the_reason() -> None:
    details = weir_error("CONTEXT_LENGTH_EXCEEDED", fields=[("chat.messages", "too long")])
    reply = read_failure(failed(INVALID, *details))
    assert (reply.param, reply.code) == ("messages", "context_length_exceeded")


def test_a_retry_delay_is_kept() -> None:
    reply = read_failure(
        failed(grpc.StatusCode.RESOURCE_EXHAUSTED, *weir_error("RATE_LIMIT_EXCEEDED", retry_after=1.5))
    )
    assert reply.retry_after == 1.5


@pytest.mark.parametrize("code", [code for code in grpc.StatusCode if code is not grpc.StatusCode.OK])
def test_every_code_has_a_reply_without_details(code: grpc.StatusCode) -> None:
    assert code in FALLBACKS
    reply = read_failure(AioRpcError(code, Metadata(), Metadata(), "ipv4:10.0.0.3:50051 refused"))
    assert reply.status >= 400
    assert "10.0.0.3" not in reply.message


@pytest.mark.parametrize(
    "error",
    [
        failed(INVALID, ErrorInfo(reason="INVALID_REQUEST", domain="elsewhere")),
        failed(INVALID, ErrorInfo(reason="NEVER_HEARD_OF", domain="weir")),
        failed(INVALID, raw=b"\xff\xff"),
        failed(
            INVALID,
            raw=Status(code=3, details=[{"type_url": "x/google.rpc.ErrorInfo", "value": b"\xff"}]).SerializeToString(),
        ),
        failed(INVALID),
        AioRpcError(INVALID, Metadata(), None, "told by the core"),
    ],
)
def test_details_that_are_not_ours_count_for_nothing(error: AioRpcError) -> None:
    reply = read_failure(error)
    assert (reply.status, reply.message) == (400, "the request is malformed")
