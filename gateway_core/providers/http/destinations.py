"""Finds where a URL leads: the pool of its origin and the start of the request's head. It sends nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from yarl import URL

from gateway_core.errors import Draining
from gateway_core.providers.http.failures import upstream_error
from gateway_core.providers.http.pool import Pool

_KNOWN_URLS: Final = 1024

_WRITTEN_HERE: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "transfer-encoding", "user-agent"}
)
"""Headers that the client writes itself; a request's own are left out, so that none is there twice."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where requests for one URL go, and how their head begins."""

    pool: Pool
    head: bytes

    def write_head(self, headers: Mapping[str, str], length: int) -> bytes:
        """Writes the head of a POST with a body of that length; raises UpstreamError if a header would forge it."""
        lines = [f"{name}: {value}" for name, value in headers.items() if name.lower() not in _WRITTEN_HERE]
        lines.append(f"content-length: {length}\n\n")
        text = "\n".join(lines)
        if text.count("\n") != len(lines) + 1 or "\r" in text or "\0" in text:
            raise upstream_error("request")
        return self.head + text.replace("\n", "\r\n").encode()


class Destinations:
    """All destinations asked for so far. One pool serves all URLs of an origin: scheme, host and port."""

    def __init__(self, *, user_agent: str, connections_per_origin: int, linger: float) -> None:
        self._user_agent = user_agent
        self._connections_per_origin = connections_per_origin
        self._linger = linger
        self._pools: dict[URL, Pool] = {}
        self._known: dict[str, Destination] = {}
        self._closed = False

    def find(self, url: str) -> Destination:
        """Gives the destination of a URL; raises UpstreamError if it is none, and Draining after `close`."""
        destination = self._known.get(url)
        if destination is None:
            if len(self._known) >= _KNOWN_URLS:
                self._known.clear()
            destination = self._known[url] = self._add(url)
        return destination

    async def close(self) -> None:
        """Closes the pools; none comes into being afterwards."""
        self._closed = True
        self._known.clear()
        pools = list(self._pools.values())
        self._pools.clear()
        await asyncio.gather(*(pool.close() for pool in pools))

    def _add(self, text: str) -> Destination:
        if self._closed:
            raise Draining("the gateway is stopping")
        try:
            url = URL(text)
            origin = url.origin()
        except ValueError as error:
            raise upstream_error("url") from error
        if origin.scheme not in {"http", "https"} or not origin.raw_host:
            raise upstream_error("url")
        pool = self._pools.get(origin)
        if pool is None:
            pool = self._pools[origin] = Pool(origin, limit=self._connections_per_origin, linger=self._linger)
        # A compressed stream may be flushed late, and a compressed reply costs time to unpack.
        head = (
            f"POST {url.raw_path_qs} HTTP/1.1\r\nhost: {url.host_port_subcomponent}\r\n"
            f"user-agent: {self._user_agent}\r\naccept-encoding: identity\r\n"
        )
        return Destination(pool, head.encode())
