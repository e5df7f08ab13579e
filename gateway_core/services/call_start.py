"""Makes the Call that goes through the stack from what gRPC and the interceptors know of an rpc."""

from gateway_core.chat.call import Call
from gateway_core.clock import Clock
from gateway_core.errors import ApiKeyInvalid
from gateway_core.identity.admission import require_model
from gateway_core.interceptors.around import Context
from gateway_core.interceptors.call_identity import CALLER, REQUEST_ID
from gateway_core.records.api_key import ApiKey
from gateway_core.records.snapshot import Snapshot

LONGEST_RESERVE = 0.2
RESERVED_PART = 0.1


class CallStart:
    """Starts calls, with the deadline of the caller or the gateway's own, whichever comes first."""

    def __init__(self, clock: Clock, request_timeout: float) -> None:
        """Takes the longest a call may last, in seconds."""
        self._clock = clock
        self._request_timeout = request_timeout

    def call(self, context: Context, snapshot: Snapshot, model: str, *, streamed: bool) -> Call:
        """Makes the call. Raises ModelNotAllowed where the caller's key is not good for the model.

        That a model must be named at all is for others to say.
        """
        key = caller()
        if model:
            require_model(key, model)
        now = self._clock.monotonic()
        return Call(
            request_id=REQUEST_ID.get(),
            caller=key,
            snapshot=snapshot,
            streamed=streamed,
            started=now,
            deadline=now + self._patience(context.time_remaining()),
        )

    def _patience(self, remaining: float | None) -> float:
        """Ends a little before the caller's deadline, so that the reason still reaches it."""
        if remaining is None:
            return self._request_timeout
        return min(self._request_timeout, remaining - min(LONGEST_RESERVE, remaining * RESERVED_PART))


def caller() -> ApiKey:
    """Says who calls; the authentication interceptor has made sure that somebody does."""
    key = CALLER.get()
    if key is None:
        raise ApiKeyInvalid("this call needs an API key")
    return key
