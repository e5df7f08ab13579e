"""A request that is over leaves nothing behind; one that is repeated starts over."""

import asyncio
import gc
import socket

import pytest

from gateway_core.errors import UpstreamTimeout
from gateway_core.providers.http.exchange import HttpExchange
from gateway_core.providers.http.patience import Patience
from gateway_core.records.timeouts import Timeouts
from tests.fakes.http_upstreams import request, tidy_upstream
from tests.fakes.raw_provider import RawConnection, RawProvider, RawRequest, reply


async def answering(_: RawRequest, connection: RawConnection) -> None:
    await connection.send(reply(b"{}"))


async def test_a_request_that_is_over_is_forgotten_without_the_garbage_collector() -> None:
    async with RawProvider(answering) as provider, tidy_upstream() as upstream:
        gc.collect()
        gc.disable()
        try:
            for _ in range(3):
                async with upstream.send(request(provider.url)) as got:
                    await got.read_all(10)
            del got
            left = [kept for kept in gc.get_objects() if isinstance(kept, HttpExchange | Patience)]
        finally:
            gc.enable()
        assert not left


async def test_a_repeated_request_has_its_own_time_to_connect() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as listener:
        listener.setblocking(False)  # noqa: FBT003 # the library's signature
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]

        async def serve_once_and_accept_nobody_afterwards() -> None:
            accepted, _ = await loop.sock_accept(listener)
            with accepted:
                await loop.sock_recv(accepted, 65_536)
                await loop.sock_sendall(accepted, reply(b"{}"))
                await loop.sock_recv(accepted, 65_536)
                for hopeful in waiting:
                    hopeful.settimeout(0)
                    hopeful.connect_ex(listener.getsockname())

        async with tidy_upstream() as upstream:
            serving = asyncio.create_task(serve_once_and_accept_nobody_afterwards())
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
            async with upstream.send(request(url)) as got:
                await got.read_all(10)
            with pytest.raises(UpstreamTimeout) as caught:
                async with upstream.send(request(url, timeouts=Timeouts(connect=0.1, total=10))):
                    pass
            await serving
        for hopeful in waiting:
            hopeful.close()
    assert caught.value.facts == {"timer": "connect"}
