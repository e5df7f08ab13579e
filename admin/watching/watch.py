"""One watcher: what it has been told, and what waits for it. It reads nothing and sends nothing."""

import asyncio
from collections import deque
from typing import Final

from admin.conduct.administrator import Administrator
from admin.watching.changes import Batch
from gateway_core.errors import AdminTokenInvalid, Draining

MOST_WAITING: Final = 1000
REVOKED: Final = "the admin token of this stream was revoked"
EXPIRED: Final = "the credential of this stream has expired"
DOUBTFUL: Final = "the API key of this stream, or its user, was changed; connect again"


class Watch:
    """What one watcher knows: every configuration up to `told`.

    What waits is bounded: a watcher that does not keep up is `behind`, and what it lacks is read from the store again.
    """

    def __init__(self, watcher_id: str, version: str, who: Administrator, told: int, connected_at: int) -> None:
        """Takes who watches, with which software, from which configuration on, and since when."""
        self.watcher_id = watcher_id
        self.version = version
        self.who = who
        self.told = told
        self.connected_at = connected_at
        self.behind = False
        self._doubt: AdminTokenInvalid | Draining | None = None
        self._news = asyncio.Event()
        self._waiting: deque[Batch] = deque()
        self._size = 0

    @property
    def has_news(self) -> bool:
        """Says whether anything waits to be told."""
        return bool(self._waiting) or self.behind

    def offer(self, batch: Batch) -> None:
        """Lets changes wait, or the watcher fall behind if that is too much; looks for those of its own credential."""
        self._doubt = self._doubt or self._doubt_by(batch)
        if not self.behind:
            self._waiting.append(batch)
            self._size += len(batch.changes)
            if self._size > MOST_WAITING:
                self.fall_behind(self.told)
        self._news.set()

    def fall_behind(self, told: int) -> None:
        """Drops what waits: the store is read from the configuration `told` on."""
        self.told = told
        self.behind = True
        self._waiting.clear()
        self._size = 0
        self._news.set()

    def take(self) -> Batch | None:
        """Gives what is to be told next."""
        if not self._waiting:
            return None
        batch = self._waiting.popleft()
        self._size -= len(batch.changes)
        return self.tell(batch)

    def tell(self, batch: Batch) -> Batch:
        """Gives what of a batch was not told before, and notes that now it is."""
        new = [change for change in batch.changes if change.version > self.told]
        self.told = max(self.told, batch.reaches)
        return Batch(new, self.told)

    def wake(self) -> None:
        """Ends the waiting."""
        self._news.set()

    async def wait(self, limit: float) -> None:
        """Waits for something to happen, but not for longer than the limit."""
        try:
            async with asyncio.timeout(limit):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()

    def require_good(self, now: float) -> None:
        """Raises AdminTokenInvalid once the credential is no longer good, and Draining where that must be seen anew."""
        expires_at = self.who.expires_at
        if expires_at is not None and expires_at.timestamp() <= now:
            raise AdminTokenInvalid(EXPIRED)
        if self._doubt is not None:
            raise self._doubt

    def _doubt_by(self, batch: Batch) -> AdminTokenInvalid | Draining | None:
        by_api_key = self.who.name.startswith("users/")
        for change in batch.changes:
            if change.kind == "admin_token" and change.uid == self.who.uid:
                return AdminTokenInvalid(REVOKED)
            if by_api_key and (change.kind == "user" or (change.kind == "api_key" and change.uid == self.who.uid)):
                return Draining(DOUBTFUL, retry_after=0.0)
        return None
