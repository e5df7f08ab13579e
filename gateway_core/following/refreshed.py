"""Makes a new snapshot and its stack when something asks for it, and lets them take over. A failure changes nothing."""

import logging
from collections.abc import Callable
from dataclasses import replace

from gateway_core.chat.configured import Configured, Current
from gateway_core.chat.stack import StackParts, build_stack
from gateway_core.clock import Clock
from gateway_core.following.polled_store import PolledStore
from gateway_core.following.usable import left_out, usable
from gateway_core.records.sealed_secret import SealedSecret
from gateway_core.records.secret import Secret
from gateway_core.records.snapshot import Snapshot
from gateway_core.secrets_at_rest.secrets_error import SecretsError
from gateway_core.storage.read_snapshot import read_snapshot
from gateway_core.storage.storage_error import StorageError
from gateway_core.storage.store import Reading

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Snapshots:
    """Reads snapshots and builds their stacks. It knows when the next price comes into force."""

    def __init__(self, reveal: Callable[[SealedSecret], Secret], stack: StackParts, logger: logging.Logger) -> None:
        """Takes what opens secrets, what stacks are built from, and where it tells what it had to leave out."""
        self.next_price: float | None = None
        self._reveal = reveal
        self._stack = stack
        self._logger = logger
        self._left_out: tuple[str, ...] = ()

    async def read(self, reading: Reading) -> Configured:
        """Gives the configuration of this moment. Raises StorageError, SecretsError."""
        now = self._stack.clock.now()
        stored = await read_snapshot(reading, self._reveal, now)
        due = await reading.prices.next_change(now)
        snapshot = usable(stored)
        self._tell(left_out(stored, snapshot))
        configured = Configured(snapshot, build_stack(self._stack, snapshot))
        self.next_price = None if due is None else due.timestamp()
        return configured

    def _tell(self, names: tuple[str, ...]) -> None:
        if names and names != self._left_out:
            self._logger.warning("stored, but not for this version", extra={"left_out": ", ".join(names)})
        self._left_out = names


class Refreshed:
    """The current configuration, and whether the store holds a newer one that it should be replaced by."""

    def __init__(
        self, store: PolledStore, current: Current, snapshots: Snapshots, clock: Clock, logger: logging.Logger
    ) -> None:
        """Takes what is in force now, and how to get something newer."""
        self._store = store
        self._current = current
        self._snapshots = snapshots
        self._clock = clock
        self._logger = logger
        self._behind = False
        self._cause = ""
        self._pause = FIRST_PAUSE
        self._again_at = 0.0

    @property
    def snapshot(self) -> Snapshot:
        """Gives the snapshot that is in force."""
        return self._current.value.snapshot

    def want(self) -> None:
        """Notes that the store holds something newer."""
        self._behind = True
        self._again_at = 0.0

    def is_due(self) -> bool:
        """Says whether it is time to read something newer, or prices that come into force."""
        if self._behind:
            return self._clock.monotonic() >= self._again_at
        due = self._snapshots.next_price
        return due is not None and self._clock.seconds() >= due

    def advance(self, version: int) -> None:
        """Notes that nothing the snapshot holds has changed up to a version."""
        if not self._behind:
            self._current.value = replace(self._current.value, snapshot=replace(self.snapshot, version=str(version)))

    async def refresh(self) -> None:
        """Lets the configuration of this moment take over. If it cannot be had, the old one stays and says so once."""
        self._behind = True
        try:
            async with self._store.reading() as reading:
                self._current.value = await self._snapshots.read(reading)
        except (StorageError, SecretsError) as error:
            self._fail(str(error))
            return
        self._behind = False
        self._pause = FIRST_PAUSE
        if self._cause:
            self._logger.info("the configuration is up to date again", extra={"version": self.snapshot.version})
        self._cause = ""

    def _fail(self, cause: str) -> None:
        self._again_at = self._clock.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)
        if cause != self._cause:
            self._logger.error("the new configuration cannot be used; the old one stays", extra={"cause": cause})
        self._cause = cause
