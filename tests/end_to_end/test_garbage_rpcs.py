"""Bytes that are no message, sent to a gateway of their own: what they leave in its log is then theirs alone."""

from collections.abc import Iterator

import grpc
import pytest

from tests.end_to_end.conftest import UNPROXIED
from tests.fakes.bare_rpc import CREATE, STREAM, BareClient
from tests.fakes.gateways import GATEWAYS, Gateway

GARBAGE = [b"\xff", b"\xff" * 1000, b"\x0a\xff\xff\xff\xff\x0f", b"hello", b"\x0a\x05\x0a\x03\xff\xfe\xfd", b"\x00" * 9]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Gives a gateway that meets nothing but garbage."""
    with GATEWAYS["embedded"](tmp_path_factory.mktemp("garbage")) as running:
        yield running


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda data: data[:6].hex())
def test_bytes_that_are_no_message_are_refused(alone: Gateway, garbage: bytes) -> None:
    with grpc.insecure_channel(alone.grpc, options=UNPROXIED) as channel:
        bare = BareClient(channel, (("authorization", f"Bearer {alone.key}"),))
        for method in (CREATE, STREAM):
            failure = bare.fails(method, garbage)
            assert failure.code in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.INTERNAL)
        assert bare.answers()


def test_garbage_leaves_no_trace_in_the_log(alone: Gateway) -> None:
    with grpc.insecure_channel(alone.grpc, options=UNPROXIED) as channel:
        call = channel.unary_unary(CREATE, lambda data: data, lambda data: data)
        with pytest.raises(grpc.RpcError):
            call(b"\xff", timeout=10)
    assert not [line for line in alone.core.log if "Traceback" in line or '"exception"' in line]
