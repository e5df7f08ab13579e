"""Follows the configuration: asks the store several times a second, listens to an admin service if there is one.

It decides what a change means for keys and snapshot, and when what this process knows counts as confirmed.
"""

import asyncio
import logging
from contextlib import aclosing
from dataclasses import dataclass
from random import Random
from typing import Final

import grpc

from gateway_core.clock import Clock
from gateway_core.following.polled_store import PolledStore
from gateway_core.following.refreshed import Refreshed
from gateway_core.following.watched_admin import Silent, WatchedAdmin
from gateway_core.identity.freshness import Freshness
from gateway_core.identity.key_cache import KeyCache
from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.storage.storage_error import StorageError, StoreDown
from weir.admin.v1.config_service_pb2 import WatchConfigResponse

MOST_CHANGES: Final = 10_000
NOT_IN_SNAPSHOTS: Final = frozenset({"user", "api_key", "admin_token", "limit"})
FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Following:
    """What is kept current, and by which clock."""

    keys: KeyCache
    refreshed: Refreshed
    freshness: Freshness
    clock: Clock
    logger: logging.Logger


class Follower:
    """Knows every configuration up to `known`: its changes have been applied, whoever told them."""

    def __init__(self, store: PolledStore, following: Following, known: int) -> None:
        """Takes the store, what to keep current, and the configuration that it was made from."""
        self._store = store
        self._keys = following.keys
        self._refreshed = following.refreshed
        self._freshness = following.freshness
        self._clock = following.clock
        self._logger = following.logger
        self._read = known
        self._heard = known
        self._seen = known
        self._wanted = asyncio.Event()
        self._causes: dict[str, str] = {}

    @property
    def known(self) -> int:
        """Gives the configuration up to which changes of keys and users have been applied."""
        return max(self._read, self._heard)

    async def follow_store(self, interval: float) -> None:
        """Asks the store again and again, for ever, and at once when an admin service knows more."""
        while True:
            await self.poll()
            try:
                async with asyncio.timeout(interval):
                    await self._wanted.wait()
            except TimeoutError:
                continue

    async def follow_admin(self, admin: WatchedAdmin, random: Random) -> None:
        """Listens to an admin service, for ever; after a failure a while later."""
        pause = FIRST_PAUSE
        while True:
            try:
                async with aclosing(admin.messages(self.known)) as messages:
                    async for message in messages:
                        self.hear(message)
                        pause = FIRST_PAUSE
                        self._works("the admin service")
            except grpc.aio.AioRpcError as error:
                self._fails("the admin service", f"{error.code().name}: {error.details()}")
            except Silent as error:
                self._fails("the admin service", str(error))
            await asyncio.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def poll(self) -> None:
        """Asks the store once, and applies what is new.

        A store that is silent confirms nothing, since others may reach it; one that is down, nobody can change. Keys
        come first: a snapshot that takes long to read, or cannot be used, makes none of them stale.
        """
        asked, heard = self._clock.monotonic(), self._heard
        self._wanted.clear()
        try:
            self._seen = version = await self._store.version()
            if version < max(self._read, heard):
                await self._go_back()
            elif version > self._read:
                await self._catch_up()
        except StorageError as error:
            self._fails("the database", str(error))
            if isinstance(error, StoreDown) and self._seen <= self.known:
                self._freshness.confirm(asked)
            return
        self._freshness.confirm(asked)
        self._works("the database")
        if self._refreshed.is_due():
            await self._refreshed.refresh()
            self._freshness.bound = self._refreshed.snapshot.staleness_bound

    def hear(self, message: WatchConfigResponse) -> None:
        """Applies what an admin service tells. It has told everything up to the version it names.

        Of what is not in the cache only the store can tell more, which is asked at once.
        """
        told = message.progress.version
        self._keys.invalidate(
            ConfigurationChange(event.version, 0, event.kind, event.uid, "") for event in message.events
        )
        self._heard = told
        self._freshness.confirm(self._clock.monotonic())
        if told > self._read:
            self._wanted.set()

    async def _catch_up(self) -> None:
        async with self._store.reading() as reading:
            changes = await reading.audit.since(self._read, limit=MOST_CHANGES + 1)
        uncounted = len(changes) > MOST_CHANGES
        if uncounted:
            self._keys.clear(reading.version)
        else:
            self._keys.invalidate(changes)
        self._read = reading.version
        if uncounted or any(change.kind not in NOT_IN_SNAPSHOTS for change in changes):
            self._refreshed.want()
        else:
            self._refreshed.advance(reading.version)

    async def _go_back(self) -> None:
        """Starts anew: the database is another one, or an older copy, or the admin service has another one."""
        async with self._store.reading() as reading:
            version = reading.version
        told = {"version": version, "before": self.known}
        self._logger.warning("the database is at an older configuration than what was known", extra=told)
        self._keys.clear(version)
        self._read = self._heard = version
        self._refreshed.want()

    def _fails(self, who: str, cause: str) -> None:
        if self._causes.get(who) != cause:
            self._logger.warning("the configuration cannot be followed", extra={"source": who, "cause": cause})
        self._causes[who] = cause

    def _works(self, who: str) -> None:
        if self._causes.pop(who, None) is not None:
            self._logger.info("the configuration is followed again", extra={"source": who})
