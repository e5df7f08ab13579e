"""Clients that vanish in the middle: the provider is let go at once, and nothing of it stays behind."""

import asyncio
import statistics
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import msgspec
import orjson
import pytest
import pytest_asyncio

from tests.fakes.eventually import eventually
from tests.fakes.gateways import GATEWAYS, Gateway
from tests.fakes.openai_provider import configuration, piece
from tests.fakes.process_figures import open_files, resident_bytes
from tests.fakes.raw_http import post
from tests.fakes.raw_provider import SSE_HEAD, RawConnection, RawProvider, RawRequest

pytestmark = pytest.mark.asyncio(loop_scope="module")

CROWD = 64
ROUNDS = 5
# In most rounds: a machine that pauses for seconds may spoil one.
LONGEST = 1.0
GROWTH = 10 * 1024 * 1024
FIRST_PIECE = b"data: "


class Request(msgspec.Struct):
    """What the provider reads of a request."""

    metadata: dict[str, str]
    stream: bool = False


@dataclass
class Scene:
    """A gateway, and who of its clients waits at the provider, and until when."""

    provider: RawProvider
    waiting: dict[int, RawConnection] = field(default_factory=dict)

    async def play(self, request: RawRequest, connection: RawConnection) -> None:
        """Begins to answer a stream, or keeps silent, until the gateway leaves."""
        asked = msgspec.json.decode(request.body, type=Request)
        if asked.stream:
            await connection.send(SSE_HEAD, piece("Hel"))
        self.waiting[int(asked.metadata["number"])] = connection
        await connection.stall()


@dataclass(frozen=True, slots=True)
class Staged:
    """A gateway in front of a scene."""

    gateway: Gateway
    scene: Scene

    async def join(self, number: int, *, streamed: bool) -> asyncio.StreamWriter:
        """Sends a request, and reads the first piece of a stream."""
        body = orjson.dumps(
            {
                "model": "raw",
                "stream": streamed,
                "metadata": {"number": str(number)},
                "messages": [{"role": "user", "content": "hello"}],
            }
        )
        reader, writer = await asyncio.open_connection(*self.gateway.authority)
        writer.write(post(body, f"authorization: Bearer {self.gateway.key}"))
        if streamed:
            await reader.readuntil(FIRST_PIECE)
        return writer

    async def vanish(self, *, streamed: bool) -> list[float]:
        """Lets a crowd come and go; gives the seconds for which the provider kept answering each of them."""
        scene, loop = self.scene, asyncio.get_running_loop()
        scene.waiting.clear()
        writers = await asyncio.gather(*(self.join(number, streamed=streamed) for number in range(CROWD)))
        await eventually(lambda: len(scene.waiting) == CROWD)
        left_at = []
        for number, writer in enumerate(writers):
            left_at.append(loop.time())
            if number % 2:
                writer.transport.abort()
            else:
                writer.close()
        connections = [scene.waiting[number] for number in range(CROWD)]
        async with asyncio.timeout(10):
            await asyncio.gather(*(connection.closed.wait() for connection in connections))
        closed_at = [connection.closed_at or 0.0 for connection in connections]
        return [closed - left for closed, left in zip(closed_at, left_at, strict=True)]

    def processes(self) -> set[int]:
        """Gives the numbers of the processes that make up the gateway."""
        return {self.gateway.front.pid, self.gateway.core.pid}


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=list(GATEWAYS))
async def staged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Staged]:
    """Gives a gateway of each kind before a provider that never finishes."""
    kind: str = request.param

    async def play(incoming: RawRequest, connection: RawConnection) -> None:
        await scene.play(incoming, connection)

    async with RawProvider(play) as provider:
        scene = Scene(provider)
        with GATEWAYS[kind](tmp_path_factory.mktemp(kind), configuration(provider)) as gateway:
            yield Staged(gateway, scene)


@pytest.mark.parametrize("streamed", [True, False])
async def test_whoever_vanishes_is_let_go_at_the_provider_and_leaves_nothing(
    staged: Staged,
    streamed: bool,  # noqa: FBT001 # a row of the table
) -> None:
    await staged.vanish(streamed=streamed)
    processes = staged.processes()
    await eventually(lambda: staged.scene.provider.open_connections == 0)
    files = {pid: open_files(pid) for pid in processes}
    resident = {pid: resident_bytes(pid) for pid in processes}
    rounds = [await staged.vanish(streamed=streamed) for _ in range(ROUNDS)]
    await eventually(lambda: staged.scene.provider.open_connections == 0)
    await eventually(lambda: all(open_files(pid) <= before for pid, before in files.items()))
    growth = max(resident_bytes(pid) - resident[pid] for pid in processes)
    worst = max(max(lags) for lags in rounds)
    median = statistics.median(lag for lags in rounds for lag in lags)
    sys.stdout.write(
        f"vanished: worst {worst * 1000:.1f} ms, p50 {median * 1000:.1f} ms, memory grew by {growth / 1024:.0f} KiB\n"
    )
    assert statistics.median(max(lags) for lags in rounds) < LONGEST
    assert growth < GROWTH


async def test_a_crowd_that_vanishes_does_not_disturb_who_stays(staged: Staged) -> None:
    writer = await staged.join(CROWD, streamed=True)
    staying = staged.scene.waiting[CROWD]
    await staged.vanish(streamed=True)
    assert not staying.closed.is_set()
    writer.close()
    async with asyncio.timeout(5):
        await staying.closed.wait()
