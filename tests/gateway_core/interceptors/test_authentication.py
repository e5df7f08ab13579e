"""Who gets past the gate, in front of a real service, with keys that lie in memory."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import grpc
import pytest

from gateway_core.inprocess.server import InProcessServer
from gateway_core.interceptors.authentication import Gate
from gateway_core.interceptors.draining import Drained
from gateway_core.services.account_service import AccountService
from gateway_core.storage import storage_error
from gateway_core.wiring import interceptors
from tests.fakes.core_parts import KeptLines, core_parts
from tests.fakes.gates import KnownKeys, a_gate
from tests.fakes.rich_status import RichStatus, rich_status
from tests.fakes.stored_keys import bearing
from tests.fakes.worlds import a_key
from weir.v1.account_service_pb2 import GetAccountRequest
from weir.v1.account_service_pb2_grpc import AccountServiceStub, add_AccountServiceServicer_to_server

PLAIN = "a-key-for-tests"
Ask = Callable[..., Any]


@asynccontextmanager
async def account_service(gate: Gate, lines: KeptLines | None = None) -> AsyncIterator[Ask]:
    """Serves accounts behind a gate."""
    server = InProcessServer(interceptors(core_parts(lines=lines), gate, Drained()))
    add_AccountServiceServicer_to_server(AccountService(), server)
    stub = AccountServiceStub(server.channel())

    def ask(*more: tuple[str, str], plain: str = PLAIN) -> Any:  # noqa: ANN401 # a call of the library
        return stub.GetAccount(GetAccountRequest(), metadata=bearing(plain, *more))

    yield ask
    await server.stop(None)


async def refusal(ask: Ask, *more: tuple[str, str], plain: str = PLAIN) -> RichStatus:
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await ask(*more, plain=plain)
    return rich_status(refused.value)


async def test_a_good_key_comes_in_and_is_described_by_its_users_name() -> None:
    async with account_service(a_gate(KnownKeys({PLAIN: a_key()}))) as ask:
        for _ in range(2):
            account = (await ask()).account
            assert (account.id, account.key.id) == ("Acme", "key_1")


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"state": "revoked"}, grpc.StatusCode.UNAUTHENTICATED, "API_KEY_REVOKED"),
        ({"state": "disabled"}, grpc.StatusCode.PERMISSION_DENIED, "API_KEY_DISABLED"),
        ({"state": "user_disabled"}, grpc.StatusCode.PERMISSION_DENIED, "USER_DISABLED"),
        ({"expires_at": 1.0}, grpc.StatusCode.UNAUTHENTICATED, "API_KEY_EXPIRED"),
        ({"secret_expires_at": 1.0}, grpc.StatusCode.UNAUTHENTICATED, "API_KEY_EXPIRED"),
    ],
)
async def test_a_key_that_is_known_and_not_good_is_refused_and_logged(
    changes: dict[str, Any], code: grpc.StatusCode, reason: str
) -> None:
    lines = KeptLines()
    gate = a_gate(KnownKeys({PLAIN: a_key(**changes)}))
    async with account_service(gate, lines) as ask:
        for _ in range(2):
            refused = await refusal(ask)
            assert (refused.code, refused.reason) == (code, reason)
    assert [line["key_id"] for line in lines.lines] == ["key_1", "key_1"]


async def test_a_stranger_is_refused() -> None:
    async with account_service(a_gate(KnownKeys({PLAIN: a_key()}))) as ask:
        refused = await refusal(ask, plain="nobody's-key")
    assert (refused.code, refused.reason) == (grpc.StatusCode.UNAUTHENTICATED, "API_KEY_INVALID")


async def test_a_method_of_no_operation_is_open_to_every_key() -> None:
    async with account_service(a_gate(KnownKeys({PLAIN: a_key(operations=frozenset(("embeddings",)))}))) as ask:
        assert (await ask()).account.id == "Acme"


async def test_networks_are_looked_at_through_the_facade() -> None:
    key = a_key(networks=(ip_network("10.0.0.0/8"),))
    async with account_service(a_gate(KnownKeys({PLAIN: key}))) as ask:
        assert (await ask(("x-weir-client-address", "10.1.2.3"))).account.id == "Acme"
        for more in ((("x-weir-client-address", "192.0.2.1"),), (("x-weir-client-address", "unknown"),), ()):
            refused = await refusal(ask, *more)
            assert (refused.code, refused.reason) == (grpc.StatusCode.PERMISSION_DENIED, "IP_DENIED")


async def test_a_gate_that_heard_nothing_for_too_long_refuses_with_a_reason_to_come_back() -> None:
    gate = a_gate(KnownKeys({PLAIN: a_key()}))
    async with account_service(gate) as ask:
        await ask()
        gate.freshness.bound = -1.0
        for plain in (PLAIN, "nobody's-key"):
            refused = await refusal(ask, plain=plain)
            assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STALE_CONFIGURATION")
            assert refused.retry_after == 1.0
        gate.freshness.bound = 10.0
        await ask()


async def test_a_key_that_cannot_be_looked_up_is_no_stranger() -> None:
    known = KnownKeys({PLAIN: a_key()})
    known.failure = storage_error.StoreUnavailable("away")
    async with account_service(a_gate(known)) as ask:
        refused = await refusal(ask)
        assert (refused.code, refused.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
        assert refused.retry_after == 1.0
        known.failure = None
        await ask()


async def test_only_calls_that_come_in_count_as_uses() -> None:
    known = KnownKeys({PLAIN: a_key(state="disabled")})
    gate = a_gate(known)
    noted: list[str] = []
    gate = replace(gate, uses=KeptNames(noted))  # type: ignore[arg-type] # takes its place
    async with account_service(gate) as ask:
        await refusal(ask)
        known.put("another", a_key("key_2"))
        await ask(plain="another")
    assert noted == ["key_2"]


class KeptNames:
    """Takes the place of the uses of keys."""

    def __init__(self, noted: list[str]) -> None:
        """Takes where to note."""
        self._noted = noted

    def used(self, key_id: str, _now: float) -> None:
        """Notes a use."""
        self._noted.append(key_id)
