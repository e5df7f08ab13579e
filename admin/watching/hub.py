"""Follows the store for everybody who watches through this process, and tells each of them what has changed.

It asks the store once for all of them, and knows nothing of what the changes mean.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Final

from admin.conduct.administrator import administrator
from admin.translation.audit import ACTIONS
from admin.watching.changes import Batch, read_changes
from admin.watching.store_state import StoreWatch
from admin.watching.watch import Watch
from gateway_core.clock import Clock
from gateway_core.errors import Draining, InvalidRequest
from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Store
from weir.admin.v1.audit_entry_pb2 import AUDIT_ACTION_UNSPECIFIED
from weir.admin.v1.config_service_pb2 import WatchConfigResponse
from weir.admin.v1.config_watch_pb2 import ConfigEvent, ConfigProgress

POLL: Final = 0.2
SIGN_OF_LIFE: Final = 0.9
LONGEST_ID: Final = 128
ENDING: Final = "the admin service is shutting down; connect again, another replica will answer"


class Hub:
    """Tells watchers of changes. `version` is the newest configuration that everybody has been told of, or will be."""

    def __init__(
        self, store: Store, clock: Clock, logger: logging.Logger, heard: Callable[[Batch], None] = lambda _: None
    ) -> None:
        """Takes the store to follow, and who else in the process wants to hear of changes."""
        self.version = 0
        self.store = StoreWatch(clock)
        self._store = store
        self._clock = clock
        self._logger = logger
        self._heard = heard
        self._watches: dict[int, Watch] = {}
        self._count = 0
        self._ended = False
        self._lacks = False

    @property
    def watches(self) -> Sequence[Watch]:
        """Lists who watches, the longest first."""
        return list(self._watches.values())

    async def begin(self) -> None:
        """Learns where the configuration is now. Raises StorageError."""
        answered = self.store.look()
        self.version = await self._store.version()
        answered()

    async def follow(self, interval: float = POLL) -> None:
        """Asks the store again and again, for ever."""
        while True:
            await asyncio.sleep(interval)
            await self.poll()

    async def poll(self) -> None:
        """Asks the store once, and spreads what is new."""
        answered = self.store.look()
        try:
            version = await self._store.version()
            answered()
            if version < self.version:
                self._fall_back(version)
            self._lacks = self.version < version
            while self.version < version and await self._read_on():
                pass
            self._lacks = self.version < version
        except StorageError as error:
            if self.store.failed():
                self._logger.warning("the database does not answer the admin service", extra={"cause": str(error)})

    def end(self) -> None:
        """Ends every stream with DRAINING."""
        self._ended = True
        for watch in self._watches.values():
            watch.wake()

    async def watch(
        self, watcher_id: str, version: str, resume: int | None
    ) -> AsyncGenerator[WatchConfigResponse, None]:
        """Tells a watcher of every change after the configuration `resume`, and regularly that there was none.

        A watcher that lacks something which cannot be read now hears nothing: a sign of life would tell it that it
        lacks nothing. `version` is that of the watcher's software. Raises InvalidRequest; ends with Draining or
        AdminTokenInvalid.
        """
        watch = self._enter(watcher_id, version, resume)
        self._count += 1
        key = self._count
        self._watches[key] = watch
        try:
            while True:
                self._require_going(watch)
                batch = await self._next(watch)
                if batch is not None or not (watch.behind or self._lacks):
                    yield self._message(watch, batch)
                if batch is None or not watch.has_news:
                    await watch.wait(SIGN_OF_LIFE)
        finally:
            del self._watches[key]

    def _enter(self, watcher_id: str, version: str, resume: int | None) -> Watch:
        _require_word("watcher_id", watcher_id, least=1)
        _require_word("software_version", version, least=0)
        if resume is not None and resume < 0:
            raise InvalidRequest.at("resume_version", "must not be negative")
        told = self.version if resume is None else min(resume, self.version)
        watch = Watch(watcher_id, version, administrator(), told, self._clock.wall())
        if told < self.version:
            watch.fall_behind(told)
        return watch

    def _require_going(self, watch: Watch) -> None:
        if self._ended:
            raise Draining(ENDING, retry_after=1.0)
        watch.require_good(self._clock.seconds())

    async def _next(self, watch: Watch) -> Batch | None:
        if not watch.behind:
            return watch.take()
        if not self.store.reachable:
            return None
        try:
            batch = watch.tell(await read_changes(self._store, watch.told))
        except StorageError:
            return None
        watch.behind = watch.told < self.version
        return batch

    async def _read_on(self) -> bool:
        batch = await read_changes(self._store, self.version)
        grown = batch.reaches > self.version
        if grown:
            self._spread(batch)
        return grown

    def _spread(self, batch: Batch) -> None:
        self.version = batch.reaches
        self._heard(batch)
        for watch in self._watches.values():
            watch.offer(batch)

    def _fall_back(self, version: int) -> None:
        self._logger.warning("the database is at an older configuration than before", extra={"version": version})
        self.version = version
        for watch in self._watches.values():
            watch.fall_behind(min(watch.told, version))

    def _message(self, watch: Watch, batch: Batch | None) -> WatchConfigResponse:
        progress = ConfigProgress(version=watch.told, store_reachable=self.store.reachable)
        progress.current_time.FromNanoseconds(self._clock.wall())
        events = [
            ConfigEvent(
                version=change.version,
                kind=change.kind,
                uid=change.uid,
                action=ACTIONS.get(change.action, AUDIT_ACTION_UNSPECIFIED),
            )
            for change in (batch.changes if batch else ())
        ]
        return WatchConfigResponse(events=events, progress=progress)


def _require_word(field: str, text: str, *, least: int) -> None:
    if not least <= len(text) <= LONGEST_ID or not text.isascii() or not text.isprintable() or " " in text:
        raise InvalidRequest.at(field, f"must be {least} to {LONGEST_ID} printable ASCII characters without spaces")
