"""Metadata in both directions, over every kind of channel: what passes, what is refused, what arrives."""

import asyncio
from collections.abc import AsyncIterator

import grpc
import pytest

from tests.fakes.channel_link import Behaviour, Context, Kind, Service, answer, ask, chat, event, linked
from weir.v1.model_service_pb2 import GetModelResponse


class Seen:
    """A handler that keeps the metadata it is called with."""

    def __init__(self) -> None:
        self.pairs: list[tuple[str, str | bytes]] = []

    async def get_model(self, _request: object, context: Context) -> GetModelResponse:
        """Keeps them."""
        self.pairs = [(pair[0], pair[1]) for pair in context.invocation_metadata() or ()]
        return answer()


async def test_a_handler_sees_the_callers_metadata_after_the_user_agent(kind: Kind) -> None:
    seen = Seen()
    async with linked(kind, Service(get_model=seen.get_model)) as link:
        await link.get_model(ask(), metadata=(("x-one", "1"), ("x-raw-bin", b"\x00\xff"), ("x-two", "2")))
    agent, *rest = seen.pairs
    assert agent[0] == "user-agent"
    assert str(agent[1]).startswith(f"grpc-python-asyncio/{grpc.__version__}")
    assert rest == [("x-one", "1"), ("x-raw-bin", b"\x00\xff"), ("x-two", "2")]


async def test_metadata_of_a_handler_are_named_pairs(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> GetModelResponse:
        pairs: object = context.invocation_metadata()
        assert isinstance(pairs, tuple)
        return answer(f"{pairs[-1].key}={pairs[-1].value}")

    async with linked(kind, Service(get_model=get_model)) as link:
        assert await link.get_model(ask(), metadata=(("x-one", "1"),)) == answer("x-one=1")


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ((), []),
        ([], []),
        ([("x", "")], [("x", "")]),
        ([("x", " spaces ")], [("x", " spaces ")]),
        ([("x", 'a, b;c="d"~!')], [("x", 'a, b;c="d"~!')]),
        ([("x", b"bytes")], [("x", "bytes")]),
        ([("a_b-c.9", "1")], [("a_b-c.9", "1")]),
        ([("x-bin", b"")], [("x-bin", b"")]),
        ([("x", "1"), ("y", "2"), ("x", "3")], [("x", "1"), ("x", "3"), ("y", "2")]),
        (grpc.aio.Metadata(("x", "1"), ("y", "2")), [("x", "1"), ("y", "2")]),
        (
            [("user-agent", "mine"), ("te", "x"), ("content-type", "x"), ("grpc-timeout", "1S"), ("x", "1")],
            [("x", "1")],
        ),
    ],
)
async def test_what_a_caller_sends_arrives(
    kind: Kind, sent: grpc.aio.Metadata, arrives: list[tuple[str, str | bytes]]
) -> None:
    seen = Seen()
    async with linked(kind, Service(get_model=seen.get_model)) as link:
        await link.get_model(ask(), metadata=sent)
    assert seen.pairs[1:] == arrives


ILLEGAL = [
    ("X-Upper", "1"),
    ("", "1"),
    (":x", "1"),
    ("a b", "1"),
    ("x", "é"),
    ("x", "a\n"),
    ("x", "\x7f"),
    ("x", b"\xff"),
]


@pytest.mark.parametrize("pair", ILLEGAL)
async def test_what_cannot_be_carried_is_the_callers_fault(kind: Kind, pair: tuple[str, str | bytes]) -> None:
    async with linked(kind) as link:
        call = link.get_model(ask(), metadata=(pair,))
        with pytest.raises(grpc.aio.InternalError):
            await call
        assert await link.get_model(ask()) == answer()


@pytest.mark.parametrize("pair", ILLEGAL)
async def test_a_stream_ends_at_once_for_what_cannot_be_carried(kind: Kind, pair: tuple[str, str | bytes]) -> None:
    async with linked(kind) as link:
        for call in (link.stream_chat(chat(), metadata=(pair,)).read(), link.collect(iter([ask()]), metadata=(pair,))):
            with pytest.raises(grpc.aio.AioRpcError) as caught:
                await call
            assert (caught.value.code(), caught.value.details()) == (grpc.StatusCode.INTERNAL, "Invalid metadata")


@pytest.mark.parametrize("pair", [("x-bin", "text"), ("x", 1)])
async def test_values_of_the_wrong_type_are_refused(kind: Kind, pair: tuple[str, object]) -> None:
    async with linked(kind) as link:
        with pytest.raises(TypeError):
            await link.get_model(ask(), metadata=(pair,))
        with pytest.raises(TypeError):
            await link.stream_chat(chat(), metadata=(pair,)).read()


@pytest.mark.parametrize("metadata", ["ab", (("x",),)])
async def test_what_are_no_pairs_is_refused_at_once(kind: Kind, metadata: object) -> None:
    async with linked(kind) as link:
        with pytest.raises(ValueError, match="not enough values"):
            link.get_model(ask(), metadata=metadata)


async def test_a_caller_gets_both_kinds_of_metadata(kind: Kind) -> None:
    async def get_model(_request: object, context: Context) -> GetModelResponse:
        await context.send_initial_metadata((("x-early", "1"), ("x-early-bin", b"\x01")))
        context.set_trailing_metadata((("x-late", "2"), ("x-late-bin", b"\x00\xff"), ("x-plain", b"text")))
        assert next(iter(context.trailing_metadata())) == ("x-late", "2")
        return answer()

    async with linked(kind, Service(get_model=get_model)) as link:
        call = link.get_model(ask())
        assert tuple(await call.initial_metadata()) == (("x-early", "1"), ("x-early-bin", b"\x01"))
        expected = (("x-late", "2"), ("x-late-bin", b"\x00\xff"), ("x-plain", "text"))
        assert tuple(await call.trailing_metadata()) == expected
        assert isinstance(await call.trailing_metadata(), grpc.aio.Metadata)
        assert await call == answer()


async def test_initial_metadata_come_before_the_first_message(kind: Kind) -> None:
    async def stream_chat(_request: object, context: Context) -> AsyncIterator[object]:
        await context.send_initial_metadata((("x-early", "1"),))
        await go_on.wait()
        yield event("0")

    go_on = asyncio.Event()

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        await call.wait_for_connection()
        assert tuple(await call.initial_metadata()) == (("x-early", "1"),)
        go_on.set()
        assert len([item async for item in call]) == 1


async def test_initial_metadata_are_empty_once_a_message_was_sent(kind: Kind) -> None:
    async def stream_chat(_request: object, context: Context) -> None:
        await context.write(event("0"))
        with pytest.raises(grpc.aio.UsageError):
            await context.send_initial_metadata((("x-early", "1"),))

    async with linked(kind, Service(stream_chat=stream_chat)) as link:
        call = link.stream_chat(chat())
        assert tuple(await call.initial_metadata()) == ()
        assert len([item async for item in call]) == 1


async def send_twice(_request: object, context: Context) -> None:
    await context.send_initial_metadata((("x", "1"),))
    await context.send_initial_metadata((("x", "2"),))


async def compress_too_late(_request: object, context: Context) -> None:
    await context.send_initial_metadata(())
    context.set_compression(grpc.Compression.Gzip)


async def send_illegal(_request: object, context: Context) -> None:
    await context.send_initial_metadata((("X", "1"),))


async def set_illegal(_request: object, context: Context) -> GetModelResponse:
    context.set_trailing_metadata((("X", "1"),))
    return answer()


async def abort_illegal(_request: object, context: Context) -> None:
    await context.abort(grpc.StatusCode.NOT_FOUND, "", (("X", "1"),))


async def set_no_pairs(_request: object, context: Context) -> GetModelResponse:
    wrong: list[list[str]] = [["x", "1"]]
    context.set_trailing_metadata(wrong)
    return answer()


async def set_no_sequence(_request: object, context: Context) -> GetModelResponse:
    context.set_trailing_metadata(7)
    return answer()


@pytest.mark.parametrize(
    ("behaviour", "code", "details"),
    [
        (send_twice, grpc.StatusCode.UNKNOWN, "Send initial metadata failed: already sent"),
        (compress_too_late, grpc.StatusCode.UNKNOWN, "Compression setting must be specified before"),
        (send_illegal, grpc.StatusCode.INTERNAL, "Invalid metadata"),
        (set_illegal, grpc.StatusCode.INTERNAL, "Invalid metadata"),
        (abort_illegal, grpc.StatusCode.INTERNAL, "Invalid metadata"),
        (set_no_pairs, grpc.StatusCode.UNKNOWN, "Invalid trailing metadata type"),
        (set_no_sequence, grpc.StatusCode.UNKNOWN, "TypeError"),
    ],
)
async def test_a_handlers_mistakes_with_metadata_fail_its_call(
    kind: Kind, behaviour: Behaviour, code: grpc.StatusCode, details: str
) -> None:
    async with linked(kind, Service(get_model=behaviour)) as link:
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await link.get_model(ask())
        assert caught.value.code() is code
        assert details in (caught.value.details() or "")
