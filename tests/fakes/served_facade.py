"""A facade as callers meet it: a real server on a port of its own, before a scripted core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import grpc
import httpx2
from openai import AsyncOpenAI

from openai_json.codec import OpenAiJson
from rest_facade.server import serve_http
from rest_facade.settings import FacadeSettings
from rest_facade.wiring import build_app
from tests.fakes.scripted_core import ScriptedCore, served_core

CODEC = OpenAiJson()
HELLO = {"model": "fast", "messages": [{"role": "user", "content": "Hi"}]}
CHAT = "/v1/chat/completions"


@dataclass
class Drain:
    """Whether the process is about to stop, as the facade sees it."""

    begun: bool = False

    def __call__(self) -> bool:
        """Says whether it is."""
        return self.begun


@dataclass
class ServedFacade:
    """What a test needs to call a facade."""

    core: ScriptedCore
    address: str
    http: httpx2.AsyncClient
    drain: Drain
    channel: grpc.aio.Channel
    writers: list[asyncio.StreamWriter]

    def sdk(self, *, retries: int = 0, timeout: float = 10.0) -> AsyncOpenAI:
        """Makes the official client."""
        url = f"http://{self.address}/v1"
        return AsyncOpenAI(base_url=url, api_key="gw-key", max_retries=retries, timeout=timeout, http_client=self.http)

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Opens a bare connection."""
        host, port = self.address.rsplit(":", 1)
        reader, writer = await asyncio.open_connection(host, int(port), limit=2**20)
        self.writers.append(writer)
        return reader, writer


async def hang_up(writers: list[asyncio.StreamWriter]) -> None:
    """Closes connections, whatever state they are in."""
    for writer in writers:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


@asynccontextmanager
async def served_facade(
    core: ScriptedCore, settings: FacadeSettings | None = None, *, drain: float = 0.0
) -> AsyncIterator[ServedFacade]:
    """Serves a facade before a core."""
    async with AsyncExitStack() as stack:
        writers: list[asyncio.StreamWriter] = []
        stack.push_async_callback(hang_up, writers)
        settings = settings or FacadeSettings()
        channel = await stack.enter_async_context(served_core(core))
        stopping = Drain()
        app = build_app(settings, channel, CODEC, version="1.2.3", draining=stopping)
        address = await stack.enter_async_context(serve_http(app, "127.0.0.1:0", drain=drain))
        base = f"http://{address}"
        http = await stack.enter_async_context(httpx2.AsyncClient(base_url=base, trust_env=False, timeout=10.0))
        yield ServedFacade(core, address, http, stopping, channel, writers)


def raw_post(body: bytes, *headers: str, version: str = "1.1", path: str = CHAT) -> bytes:
    """Writes a POST as it goes over the wire."""
    lines = [f"POST {path} HTTP/{version}", "host: test", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
