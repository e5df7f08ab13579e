"""Implements `Upstream` over HTTP/1.1. It knows no dialect and decides nothing about retries after an answer."""

from gateway_core.errors import Draining
from gateway_core.providers.http.destinations import Destinations
from gateway_core.providers.http.exchange import HttpExchange
from gateway_core.providers.upstream import UpstreamRequest


class HttpUpstream:
    """Sends requests to providers over pools of kept connections, one for each origin."""

    def __init__(self, *, user_agent: str, connections_per_origin: int = 1000, linger: float = 1.0) -> None:
        """Opens nothing: pools come into being with the first request to their origin, inside the running loop.

        `linger` is how many seconds a connection may wait for the end of a settled reply, to be kept.
        """
        self._destinations = Destinations(
            user_agent=user_agent, connections_per_origin=connections_per_origin, linger=linger
        )
        self._under_way: set[HttpExchange] = set()

    def send(self, request: UpstreamRequest, /) -> HttpExchange:
        """Makes the exchange, which sends the request when it is entered."""
        return HttpExchange(self._destinations, request, self._under_way)

    async def close(self) -> None:
        """Ends what is under way with Draining, and closes all connections. Sending afterwards raises Draining."""
        for exchange in tuple(self._under_way):
            exchange.end(Draining("the gateway is stopping"))
        await self._destinations.close()
