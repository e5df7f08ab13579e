"""How long a simulated provider may take: the same bounds as for a real one, worked out instead of waited for."""

from math import inf

from gateway_core.errors import UpstreamTimeout
from gateway_core.providers.upstream import UpstreamRequest


class Patience:
    """Says how long may be waited from a moment on. Silence counts only while somebody waits."""

    def __init__(self, request: UpstreamRequest, now: float) -> None:
        """Starts at the moment the request is sent."""
        timeouts = request.timeouts
        self._deadline = request.deadline
        self._done_by = now + (timeouts.stream_total if request.stream else timeouts.total)
        self._idle = timeouts.idle if request.stream else inf
        self._allowed_silence = timeouts.first_token if request.stream else inf
        self._silence_timer = "first_token"
        self._silence = 0.0

    def progressed(self) -> None:
        """Ends the silence."""
        self._silence = 0.0
        self._silence_timer = "idle"
        self._allowed_silence = self._idle

    def waited(self, seconds: float) -> None:
        """Adds to the silence."""
        self._silence += seconds

    def left(self, now: float) -> tuple[float, str]:
        """Gives the seconds that may still be waited, and the name of the bound that ends them."""
        return min(
            (self._deadline - now, "deadline"),
            (self._done_by - now, "total"),
            (self._allowed_silence - self._silence, self._silence_timer),
        )


def timed_out(timer: str) -> UpstreamTimeout:
    """Makes the error that names the bound."""
    return UpstreamTimeout("the simulated provider did not answer in time", facts={"timer": timer})
