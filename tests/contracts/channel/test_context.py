"""What a handler's context tells, over every kind of channel."""

import asyncio

import grpc

from tests.fakes.channel_link import Context, Kind, Service, answer, ask, happens, linked
from weir.v1.model_service_pb2 import GetModelResponse

# The one difference that is wanted: a peer is named by its transport.
PEERS = {"inprocess": "inprocess:", "tcp": "ipv4:127.0.0.1:", "unix": "unix:"}


async def test_a_fresh_context_says_nothing_yet(kind: Kind) -> None:
    seen: dict[str, object] = {}

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        seen.update(
            code=context.code(),
            details=context.details(),
            trailing=context.trailing_metadata(),
            done=context.done(),
            cancelled=context.cancelled(),
            identities=context.peer_identities(),
            identity_key=context.peer_identity_key(),
        )
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        await link.get_model(ask())
    assert seen == {
        "code": None,
        "details": "",
        "trailing": (),
        "done": False,
        "cancelled": False,
        "identities": None,
        "identity_key": None,
    }


async def test_the_peer_is_named_by_its_transport(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> GetModelResponse:
        assert "transport_security_type" in context.auth_context()
        return answer(context.peer())

    async with linked(kind, Service(get_model=get_model)) as link:
        assert (await link.get_model(ask())).model.name.startswith(PEERS[kind])


async def test_what_is_set_can_be_read_back(kind: Kind) -> None:
    seen: list[object] = []

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        context.set_code(grpc.StatusCode.CANCELLED)
        context.set_details("set")
        context.set_trailing_metadata(grpc.aio.Metadata(("x", "1")))
        seen.extend([context.code(), context.details(), context.trailing_metadata(), context.cancelled()])
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        assert await call.code() is grpc.StatusCode.CANCELLED
        assert call.cancelled()
        assert await call.details() == "set"
        assert tuple(await call.trailing_metadata()) == (("x", "1"),)
    assert seen == [grpc.StatusCode.CANCELLED, "set", (("x", "1"),), True]


async def test_a_context_can_be_asked_after_the_end(kind: Kind) -> None:
    over = asyncio.Event()
    seen: list[bool] = []

    async def get_model(_request: object, context: Context) -> GetModelResponse:
        context.add_done_callback(lambda ended: seen.append(ended.done()))
        context.add_done_callback(lambda _context: over.set())
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        await link.get_model(ask())
        await happens(over)
    assert seen == [True]


async def test_success_carries_no_details(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> GetModelResponse:
        context.set_details("not sent")
        context.set_trailing_metadata((("x", "1"),))
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        assert await call == answer()
        assert await call.details() == ""
        assert tuple(await call.trailing_metadata()) == (("x", "1"),)
