"""A follower with everything it keeps current, over a store that may fail, in a time that stands still."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from random import Random

from gateway_core.chat.configured import Current
from gateway_core.chat.stack import StackParts
from gateway_core.clock import Clock
from gateway_core.following.follower import Follower, Following
from gateway_core.following.polled_store import PolledStore
from gateway_core.following.refreshed import Refreshed, Snapshots
from gateway_core.identity.freshness import Freshness
from gateway_core.identity.key_cache import KeyCache
from gateway_core.identity.read_key import read_key
from gateway_core.identity.vault import Vault
from gateway_core.metering.memory_ledger import MemoryLedger
from gateway_core.providers.registry import ProviderRegistry
from gateway_core.providers.simulator.upstream import SimulatedUpstream
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.records.snapshot import Snapshot
from gateway_core.secrets_at_rest.secrets_error import WrongMasterKey
from gateway_core.storage.store import Store
from openai_json.codec import OpenAiJson
from tests.fakes.core_parts import core_settings, prepared
from tests.fakes.temporary_store import temporary_store
from tests.fakes.unreliable_store import UnreliableStore
from tests.fakes.worlds import HeldClock

LOGGER = logging.getLogger("tests.following")


@dataclass
class Lock:
    """Opens secrets, unless the master key is a wrong one."""

    vault: Vault
    wrong: bool = False

    def reveal(self, sealed: SealedSecret) -> Secret:
        """Opens one."""
        if self.wrong:
            raise WrongMasterKey("this key does not open the database")
        return self.vault.reveal(sealed)


@dataclass
class FollowedCore:
    """What a test of following needs."""

    store: UnreliableStore
    behind: Store
    vault: Vault
    lock: Lock
    time: HeldClock
    current: Current
    keys: KeyCache
    refreshed: Refreshed
    freshness: Freshness
    follower: Follower

    @property
    def snapshot(self) -> Snapshot:
        """Gives the snapshot in force."""
        return self.current.value.snapshot

    @property
    def version(self) -> int:
        """Gives the version of the configuration in force."""
        return int(self.snapshot.version)


def stack_parts(clock: Clock) -> StackParts:
    """Makes what stacks are built from, with the simulator everywhere."""
    simulator = SimulatedUpstream(clock)
    registry = ProviderRegistry(json=OpenAiJson(), http=simulator, simulator=simulator)
    return StackParts(registry, MemoryLedger(), clock, Random(1), LOGGER)


@asynccontextmanager
async def followed_core(patience: float = 5.0) -> AsyncIterator[FollowedCore]:
    """Prepares a store and reads it. Nothing is polled unless the test does."""
    async with temporary_store() as (behind, folder):
        vault = await prepared(behind, core_settings(data_dir=folder))
        store, time = UnreliableStore(behind), HeldClock()
        clock = time.clock()
        stack = stack_parts(clock)
        lock = Lock(vault)
        snapshots = Snapshots(lock.reveal, stack, LOGGER)
        async with store.reading() as reading:
            current = Current(await snapshots.read(reading))
            known = reading.version
        keys = KeyCache(vault.peppers, partial(read_key, store), capacity=100, clock=clock.monotonic)
        freshness = Freshness(clock.monotonic, current.value.snapshot.staleness_bound)
        refreshed = Refreshed(PolledStore(store), current, snapshots, clock, LOGGER)
        kept = Following(keys, refreshed, freshness, clock, LOGGER)
        follower = Follower(PolledStore(store, patience), kept, known)
        yield FollowedCore(store, behind, vault, lock, time, current, keys, refreshed, freshness, follower)
        await keys.close()
