"""An HttpUpstream that must leave nothing behind, and requests for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from gateway_core.providers.http.http_upstream import HttpUpstream
from gateway_core.providers.upstream import UpstreamRequest
from gateway_core.records.timeouts import Timeouts


def request(
    url: str,
    *,
    body: bytes = b'{"model": "m"}',
    headers: Mapping[str, str] | None = None,
    timeouts: Timeouts | None = None,
    within: float = 20.0,
) -> UpstreamRequest:
    """Makes a unary request whose deadline is `within` seconds from now."""
    deadline = asyncio.get_running_loop().time() + within
    return UpstreamRequest(url, headers or {}, body, stream=False, timeouts=timeouts or Timeouts(), deadline=deadline)


def stream_request(url: str, *, timeouts: Timeouts | None = None, within: float = 20.0) -> UpstreamRequest:
    """Makes a request for a stream whose deadline is `within` seconds from now."""
    return replace(request(url, timeouts=timeouts, within=within), stream=True)


@asynccontextmanager
async def tidy_upstream(connections_per_origin: int = 1000) -> AsyncIterator[HttpUpstream]:
    """Gives an upstream, closes it, and checks that no task and no complaint to the loop is left."""
    loop = asyncio.get_running_loop()
    complaints: list[object] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    before = asyncio.all_tasks()
    upstream = HttpUpstream(user_agent="weir/test", connections_per_origin=connections_per_origin)
    try:
        yield upstream
    finally:
        await upstream.close()
    left = {task for task in asyncio.all_tasks() - before if "Raw" not in repr(task)}
    assert not left
    assert not complaints
