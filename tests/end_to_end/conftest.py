"""Gateways that tests share, one per worker and kind, and the clients that call them. Nobody configures them anew."""

from collections.abc import AsyncIterator, Iterator

import grpc
import httpx2
import pytest
from openai import AsyncOpenAI, OpenAI

from tests.fakes.gateways import GATEWAYS, Gateway

UNPROXIED = [("grpc.enable_http_proxy", 0), ("grpc.max_send_message_length", -1)]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options for the tests that need the network. They are known where this folder is named."""
    parser.addoption("--npm", action="store_true", help="install the npm client and call the gateway with it")
    parser.addoption("--go", action="store_true", help="generate and build the example in Go and run it")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Gives a gateway in one process."""
    with GATEWAYS["embedded"](tmp_path_factory.mktemp("embedded")) as running:
        yield running


@pytest.fixture(scope="session")
def split(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """Gives a gateway whose core and facade are processes of their own."""
    with GATEWAYS["split"](tmp_path_factory.mktemp("split")) as running:
        yield running


@pytest.fixture(params=list(GATEWAYS))
def gateway(request: pytest.FixtureRequest) -> Gateway:
    """Gives a gateway of each kind in turn; both stay until the end, however the tests are ordered."""
    kind: str = request.param
    running: Gateway = request.getfixturevalue(kind)
    return running


@pytest.fixture
def client(gateway: Gateway) -> Iterator[OpenAI]:
    """Gives the official client."""
    with httpx2.Client(trust_env=False) as http:
        yield OpenAI(base_url=f"{gateway.http}/v1", api_key=gateway.key, http_client=http)


@pytest.fixture
async def async_client(gateway: Gateway) -> AsyncIterator[AsyncOpenAI]:
    """Gives the official client for asyncio."""
    async with httpx2.AsyncClient(trust_env=False) as http:
        yield AsyncOpenAI(base_url=f"{gateway.http}/v1", api_key=gateway.key, http_client=http)


@pytest.fixture
async def channel(embedded: Gateway) -> AsyncIterator[grpc.aio.Channel]:
    """Gives a channel to the core over TCP."""
    async with grpc.aio.insecure_channel(embedded.grpc, options=UNPROXIED) as opened:
        yield opened
