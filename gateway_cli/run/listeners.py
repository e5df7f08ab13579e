"""Where a process listens, as it becomes known while it starts. It opens nothing."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from admin.process_facts import Listening
from admin.settings import AdminTls

ORDER: Final = ("http", "grpc", "admin", "metrics", "channelz")
LINKS: Final = MappingProxyType({"http": ("http://", ""), "metrics": ("http://", "/metrics")})


class Listeners:
    """Collects the addresses, for the ready line and for administrators."""

    def __init__(self) -> None:
        """Starts with none."""
        self._known: dict[str, Listening] = {}

    def add(self, name: str, address: str | None, tls: AdminTls | None = None) -> None:
        """Adds one, unless there is no address."""
        if address is not None:
            mutual = tls is not None and tls.client_ca_file is not None
            self._known[name] = Listening(name, address, tls=tls is not None, mutual_tls=mutual)

    def known(self) -> Sequence[Listening]:
        """Lists those known so far."""
        return [self._known[name] for name in ORDER if name in self._known]

    def links(self) -> Mapping[str, str]:
        """Gives the addresses as people and scripts use them."""
        return {listening.name: _link(listening) for listening in self.known()}


def _link(listening: Listening) -> str:
    before, behind = LINKS.get(listening.name, ("", ""))
    return f"{before}{listening.address}{behind}"
