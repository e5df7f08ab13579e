"""Keys that lie in memory instead of a store, and a gate that knows them."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway_core.clock import Clock
from gateway_core.identity.freshness import Freshness
from gateway_core.identity.key_cache import KeyCache
from gateway_core.identity.key_uses import KeyUses
from gateway_core.identity.read_key import FoundKey
from gateway_core.interceptors.authentication import Gate
from gateway_core.interceptors.client_address import ClientAddresses
from gateway_core.records.api_key import ApiKey
from gateway_core.storage.storage_error import StorageError
from tests.fakes.core_parts import PEPPER, VAULT


class KnownKeys:
    """Answers like a store that holds these keys by their plain text, and counts how often it is asked."""

    def __init__(self, keys: Mapping[str, ApiKey] | None = None, version: int = 1) -> None:
        """Takes the keys and the version of the configuration."""
        self.keys = {PEPPER.hash(plain): key for plain, key in (keys or {}).items()}
        self.version = version
        self.asked = 0
        self.failure: StorageError | None = None
        self.open = asyncio.Event()
        self.open.set()

    def put(self, plain: str, key: ApiKey | None) -> None:
        """Changes a key, or takes it away; that is a new version."""
        self.version += 1
        self.keys.pop(PEPPER.hash(plain), None)
        if key is not None:
            self.keys[PEPPER.hash(plain)] = key

    async def read(self, hashes: Sequence[bytes]) -> FoundKey:
        """Answers by what was true when it was asked, once it may."""
        self.asked += 1
        found = FoundKey(next((self.keys[one] for one in hashes if one in self.keys), None), self.version)
        failure = self.failure
        await self.open.wait()
        if failure is not None:
            raise failure
        return found


class KeptUses:
    """Takes the uses of keys."""

    def __init__(self) -> None:
        """Starts empty."""
        self.noted: list[Mapping[str, datetime]] = []
        self.failure: StorageError | None = None

    async def note(self, uses: Mapping[str, datetime]) -> None:
        """Keeps them, or fails."""
        if self.failure is not None:
            raise self.failure
        self.noted.append(uses)


def a_cache(known: KnownKeys, *, capacity: int = 100, clock: Clock | None = None, patience: float = 5.0) -> KeyCache:
    """Makes a cache in front of keys in memory."""
    tells = (clock or Clock()).monotonic
    return KeyCache(VAULT.peppers, known.read, capacity=capacity, clock=tells, patience=patience)


def a_gate(known: KnownKeys, *, trusted: Sequence[str] = ("127.0.0.0/8",), bound: float = 10.0) -> Gate:
    """Makes a gate that knows these keys."""
    clock = Clock()
    return Gate(
        keys=a_cache(known),
        freshness=Freshness(clock.monotonic, bound),
        uses=KeyUses(KeptUses().note, logging.getLogger("tests")),
        addresses=ClientAddresses(trusted),
        clock=clock,
    )
