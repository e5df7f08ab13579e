"""Small worlds for tests: a clock that stands still, a caller, a snapshot, a call."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from gateway_core.chat.call import Call
from gateway_core.clock import Clock
from gateway_core.records.api_key import ApiKey
from gateway_core.records.model import Model, Target
from gateway_core.records.provider import Credential, Provider
from gateway_core.records.secret import Secret
from gateway_core.records.snapshot import Snapshot

NOON = 1_767_225_600


@dataclass(slots=True)
class HeldClock:
    """Two clocks that move only when told."""

    seconds: float = 0.0

    def advance(self, seconds: float) -> None:
        """Moves both clocks on."""
        self.seconds += seconds

    def clock(self) -> Clock:
        """Gives the clocks to whoever measures."""
        return Clock(
            monotonic=lambda: 100.0 + self.seconds, wall=lambda: NOON * 10**9 + int(self.seconds * 1_000_000_000)
        )


def a_key(key_id: str = "key_1", **changes: Any) -> ApiKey:  # noqa: ANN401 # field names and values checked by replace
    """Makes an API key as the request path sees it; keyword arguments replace fields."""
    key = ApiKey(
        id=key_id,
        account_id="acme",
        account_name="Acme",
        name="laptop",
        hint="gw_live_abcd…wxyz",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(key, **changes)


def a_provider(name: str = "openai", kind: str = "openai", base_url: str = "http://127.0.0.1:9/v1") -> Provider:
    """Makes a provider with one credential."""
    return Provider(name=name, kind=kind, base_url=base_url, credentials=(Credential("a", Secret("sk-test")),))


def a_snapshot(*models: Model, providers: tuple[Provider, ...] = ()) -> Snapshot:
    """Makes a snapshot; without models there is `fast`."""
    known = models or (Model("fast", (Target("openai", "gpt-4o-mini"),)),)
    return Snapshot(
        version="7",
        created=NOON,
        providers={provider.name: provider for provider in providers or (a_provider(),)},
        models={model.name: model for model in known},
    )


def a_call(*, streamed: bool = False, snapshot: Snapshot | None = None, patience: float = 30.0) -> Call:
    """Makes a call that began just now."""
    now = asyncio.get_running_loop().time()
    return Call(
        request_id="req_1",
        caller=a_key(),
        snapshot=snapshot or a_snapshot(),
        streamed=streamed,
        started=now,
        deadline=now + patience,
    )
