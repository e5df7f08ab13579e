"""One version of the configuration with the stack built for it: swapped whole, so a call sees one version."""

from dataclasses import dataclass

from gateway_core.chat.protocol import Chat
from gateway_core.records.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Configured:
    """A snapshot and the chat stack that works by it."""

    snapshot: Snapshot
    chat: Chat


class Current:
    """Holds the version that new calls begin with."""

    __slots__ = ("value",)

    def __init__(self, value: Configured) -> None:
        """Starts with a version."""
        self.value = value
