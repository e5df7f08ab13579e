"""What is known of a call besides its request: made once by the service, passed explicitly to every layer."""

from dataclasses import dataclass, field

from gateway_core.records.api_key import ApiKey
from gateway_core.records.snapshot import Snapshot
from weir.v1.call_summary_pb2 import Attempt


@dataclass(slots=True)
class AttemptLog:
    """Collects the attempts of one call in order: the one thing in a call that grows."""

    attempts: list[Attempt] = field(default_factory=list)

    def next_number(self) -> int:
        """Gives the number of the attempt that begins now, from 1."""
        return len(self.attempts) + 1


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, until when, and under which configuration.

    `started` and `deadline` are moments of the event loop's clock; `streamed` says whether the caller wants pieces.
    """

    request_id: str
    caller: ApiKey
    snapshot: Snapshot
    streamed: bool
    started: float
    deadline: float
    log: AttemptLog = field(default_factory=AttemptLog)
