"""Remembers the keys that were looked up lately, by the hash of the secret, and forgets those that were changed.

It asks the store for the others, once however many callers wait. It judges no key.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from gateway_core.errors import ApiKeyInvalid, StoreUnavailable
from gateway_core.identity.api_key_format import looks_mistyped
from gateway_core.identity.key_hash import KeyHasher
from gateway_core.identity.key_index import KeyIndex
from gateway_core.identity.peppers import Peppers
from gateway_core.identity.read_key import FoundKey
from gateway_core.records.api_key import ApiKey
from gateway_core.records.configuration_change import ConfigurationChange
from gateway_core.storage.storage_error import StorageError

ReadKey: TypeAlias = Callable[[Sequence[bytes]], Awaitable[FoundKey]]

API_KEY = "api_key"
USER = "user"
MOST_STRANGERS = 10_000
STRANGER_FOR = 5.0
MOST_LOOKUPS = 1_000
PATIENCE = 2.0
ATTEMPTS = 5
RETRY_AFTER = 1.0
UNKNOWN = "the API key is not one of this gateway's"
MISTYPED = "the API key has a typo: its last characters do not fit the others"
AWAY = "the API key cannot be looked up now, because the gateway's database does not answer; try again"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store said, and in which era of the cache it was asked."""

    found: FoundKey | StorageError
    era: int


class KeyCache:
    """Holds at most `capacity` keys, the last used ones, and some secrets that are nobody's.

    What it holds stays good until a change of the key or its user is told by `invalidate`. An answer that is older
    than such a change is neither kept nor given to anybody, whenever it comes: the store is asked again.
    """

    def __init__(
        self, peppers: Peppers, read: ReadKey, *, capacity: int, clock: Callable[[], float], patience: float = PATIENCE
    ) -> None:
        """Takes how to ask the store, for how many seconds callers wait for it, and a clock in seconds."""
        self.hits = 0
        self.misses = 0
        self._peppers = peppers
        self._hash = KeyHasher(peppers.current.reveal())
        self._read = read
        self._capacity = capacity
        self._clock = clock
        self._patience = patience
        self._entries: OrderedDict[bytes, FoundKey] = OrderedDict()
        self._index = KeyIndex()
        self._strangers: dict[bytes, float] = {}
        self._lookups: dict[bytes, asyncio.Task[Answer]] = {}
        self._floor = 0
        self._era = 0

    def __len__(self) -> int:
        """Says how many keys are held."""
        return len(self._entries)

    def find(self, presented: str) -> ApiKey | None:
        """Gives a key from memory. One that is not there may still be good."""
        key_hash = self._hash(presented)
        entry = self._entries.get(key_hash)
        if entry is None:
            return None
        self._entries.move_to_end(key_hash)
        self.hits += 1
        return entry.key

    async def look_up(self, presented: str) -> ApiKey:
        """Gives a key that is not in memory. Raises ApiKeyInvalid for nobody's, StoreUnavailable."""
        if looks_mistyped(presented):
            raise ApiKeyInvalid(MISTYPED)
        key_hash = self._hash(presented)
        if self._strangers.get(key_hash, 0.0) > self._clock():
            raise ApiKeyInvalid(UNKNOWN)
        self.misses += 1
        for _ in range(ATTEMPTS):
            answer = await self._ask(presented, key_hash)
            if isinstance(answer.found, StorageError):
                raise StoreUnavailable(AWAY, retry_after=RETRY_AFTER) from answer.found
            if self._holds(answer.found, answer.era):
                if answer.found.key is None:
                    raise ApiKeyInvalid(UNKNOWN)
                return answer.found.key
        raise StoreUnavailable(AWAY, retry_after=RETRY_AFTER)

    def invalidate(self, changes: Iterable[ConfigurationChange]) -> None:
        """Forgets what changes have made doubtful. Changes of other things than keys and users mean nothing here."""
        told = False
        for change in changes:
            if change.kind == API_KEY:
                hashes = self._index.of_key(change.uid)
            elif change.kind == USER:
                hashes = self._index.of_user(change.uid)
            else:
                continue
            told = True
            self._floor = max(self._floor, change.version)
            for key_hash in tuple(hashes):
                if self._entries[key_hash].version < change.version:
                    self._forget(key_hash)
        if told:
            self._strangers.clear()

    def clear(self, version: int) -> None:
        """Forgets everything, and whatever is being looked up now; the store has got to `version`."""
        self._era += 1
        self._floor = version
        self._entries.clear()
        self._index.clear()
        self._strangers.clear()

    async def close(self) -> None:
        """Ends the lookups that nobody waits for any more."""
        running = tuple(self._lookups.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _ask(self, presented: str, key_hash: bytes) -> Answer:
        """Waits for the one lookup of a secret, which goes on for the others when a caller leaves."""
        task = self._lookups.get(key_hash)
        if task is None:
            if len(self._lookups) >= MOST_LOOKUPS:
                raise StoreUnavailable(AWAY, retry_after=RETRY_AFTER)
            task = asyncio.create_task(self._answer(presented, key_hash, self._era))
            self._lookups[key_hash] = task
            task.add_done_callback(partial(self._ended, key_hash))
        await asyncio.wait({task}, timeout=self._patience)
        if not task.done():
            raise StoreUnavailable(AWAY, retry_after=RETRY_AFTER)
        return task.result()

    async def _answer(self, presented: str, key_hash: bytes, era: int) -> Answer:
        try:
            found = await self._read(self._peppers.hashes(presented))
        except StorageError as error:
            return Answer(error, era)
        if self._holds(found, era):
            if found.key is None:
                self._note_stranger(key_hash)
            else:
                self._keep(key_hash, found, found.key)
        return Answer(found, era)

    def _ended(self, key_hash: bytes, task: asyncio.Task[Answer]) -> None:
        if self._lookups.get(key_hash) is task:
            del self._lookups[key_hash]

    def _holds(self, found: FoundKey, era: int) -> bool:
        return era == self._era and found.version >= self._floor

    def _keep(self, key_hash: bytes, found: FoundKey, key: ApiKey) -> None:
        if key_hash in self._entries:
            self._forget(key_hash)
        self._entries[key_hash] = found
        self._index.add(key_hash, key)
        if len(self._entries) > self._capacity:
            self._forget(next(iter(self._entries)))

    def _forget(self, key_hash: bytes) -> None:
        entry = self._entries.pop(key_hash)
        if entry.key is not None:
            self._index.remove(key_hash, entry.key)

    def _note_stranger(self, key_hash: bytes) -> None:
        if len(self._strangers) >= MOST_STRANGERS:
            del self._strangers[next(iter(self._strangers))]
        self._strangers[key_hash] = self._clock() + STRANGER_FOR
