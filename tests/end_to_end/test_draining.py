"""What SIGTERM does while streams run: they may finish, new calls are refused, and what lasts too long is told so."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.fakes.eventually import eventually
from tests.fakes.gateway_process import GatewayProcess
from tests.fakes.gateways import CONFIGURATION, GATEWAYS, Gateway
from tests.fakes.sse_client import ReadStream, read_lines

AT_ONCE = 10.0
PATIENT = "60s"
ENDLESS = "pace=20ms,tokens=50000"
SHORT = "pace=20ms,tokens=40"


@dataclass(frozen=True, slots=True)
class Stopping:
    """A gateway, and which of its processes is told to stop."""

    gateway: Gateway
    process: GatewayProcess
    http: httpx2.AsyncClient

    def ask(self, script: str, *, streamed: bool) -> httpx2.Request:
        """Makes a request that the simulator answers by a script."""
        body = {
            "model": "weir-demo",
            "stream": streamed,
            "messages": [{"role": "user", "content": "hello"}],
            "metadata": {"weir_simulator": script},
        }
        return self.http.build_request("POST", "/v1/chat/completions", json=body)

    @asynccontextmanager
    async def streaming(self, script: str) -> AsyncIterator[Callable[[], str]]:
        """Runs a stream that has begun; gives what has come so far, and waits for the end when left."""
        body = [""]
        begun = asyncio.Event()

        async def read() -> None:
            reply = await self.http.send(self.ask(script, streamed=True), stream=True)
            async for text in reply.aiter_text():
                body.append(text)
                begun.set()

        async with asyncio.TaskGroup() as group:
            group.create_task(read())
            await begun.wait()
            yield lambda: "".join(body)

    async def read_to_the_end(self, script: str) -> ReadStream:
        """Runs a stream, sends the signal in its middle, and reads on."""
        async with self.streaming(script) as so_far:
            self.process.signal()
        return read_lines(200, so_far())

    async def ready(self) -> int:
        """Asks whether the gateway is ready."""
        return (await self.http.get("/readyz")).status_code

    async def ended(self, limit: float) -> None:
        """Waits for the end of the process, and checks it."""
        await asyncio.to_thread(self.process.wait, limit)
        self.process.check()


@contextmanager
def process_of(victim: str, folder: Path, drain: str) -> Iterator[tuple[Gateway, GatewayProcess]]:
    """Runs a gateway of the kind that has such a process."""
    kind = "embedded" if victim == "embedded" else "split"
    with GATEWAYS[kind](folder, CONFIGURATION, {"WEIR_DRAIN": drain}) as gateway:
        yield gateway, gateway.core if victim == "core" else gateway.front


@asynccontextmanager
async def stopping(victim: str, folder: Path, drain: str) -> AsyncIterator[Stopping]:
    """Runs a gateway of which the victim will be told to stop."""
    with process_of(victim, folder, drain) as (gateway, process):
        headers = {"authorization": f"Bearer {gateway.key}"}
        async with httpx2.AsyncClient(base_url=gateway.http, headers=headers, trust_env=False, timeout=20) as http:
            yield Stopping(gateway, process, http)


VICTIMS = ["embedded", "facade", "core"]
# A facade no longer asks a core of which it has heard that it drains.
REFUSED_AS = {"embedded": ["draining"], "core": ["draining", "overloaded"]}


async def test_a_stream_of_a_facade_that_stops_may_finish(tmp_path: Path) -> None:
    async with stopping("facade", tmp_path / "gateway", PATIENT) as world:
        stream = await world.read_to_the_end(SHORT)
        assert stream.done
        assert stream.code is None
        assert len(stream.events) >= 40
        await world.ended(AT_ONCE)


@pytest.mark.parametrize("victim", VICTIMS)
async def test_what_outlasts_the_drain_is_told_so(tmp_path: Path, victim: str) -> None:
    async with stopping(victim, tmp_path / "gateway", "300ms") as world:
        waiting = asyncio.create_task(world.http.send(world.ask("silent", streamed=False)))
        stream = await world.read_to_the_end(ENDLESS)
        reply = await waiting
        assert not stream.done
        assert stream.code == "draining"
        assert stream.events[-1]["error"]["type"] == "server_error"
        assert reply.status_code == 503
        assert reply.json()["error"]["code"] == "draining"
        await world.ended(AT_ONCE)


@pytest.mark.parametrize("victim", ["embedded", "core"])
async def test_new_calls_are_refused_while_the_last_stream_runs(tmp_path: Path, victim: str) -> None:
    async with stopping(victim, tmp_path / "gateway", PATIENT) as world:
        assert await world.ready() == 200
        async with world.streaming("pace=20ms,tokens=60") as so_far:
            world.process.signal()
            async with asyncio.timeout(AT_ONCE):
                while await world.ready() != 503:
                    pass
            for streamed in (False, True):
                reply = await world.http.send(world.ask("tokens=1", streamed=streamed))
                assert reply.status_code == 503
                assert reply.json()["error"]["code"] in REFUSED_AS[victim]
                assert reply.headers["x-should-retry"] == "true"
                assert int(reply.headers["retry-after"]) >= 1
            assert (await world.http.get("/livez")).status_code == 200
            assert "[DONE]" not in so_far()
        assert read_lines(200, so_far()).done
        await world.ended(AT_ONCE)


@pytest.mark.parametrize("victim", VICTIMS)
async def test_a_second_signal_does_not_wait(tmp_path: Path, victim: str) -> None:
    async with stopping(victim, tmp_path / "gateway", PATIENT) as world:
        async with world.streaming(ENDLESS) as so_far:
            world.process.signal()
            seen = len(so_far())
            await eventually(lambda: len(so_far()) > seen)
            world.process.signal()
            await world.ended(AT_ONCE)
        stream = read_lines(200, so_far())
        assert not stream.done
        assert stream.code is not None
