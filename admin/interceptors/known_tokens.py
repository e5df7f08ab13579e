"""Finds out in the store whose a credential is, and remembers for a while who was found good. It refuses nobody."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from ipaddress import ip_network
from typing import Final

from admin.conduct.administrator import Administrator
from admin.conduct.names import ADMIN_TOKEN, API_KEY
from admin.watching.changes import Batch
from gateway_core.clock import Clock
from gateway_core.interceptors.client_address import read_address
from gateway_core.records.admin_token import Role
from gateway_core.records.stored_api_key import StoredApiKey
from gateway_core.storage.storage_error import NotThere
from gateway_core.storage.store import Reading, Store

MEMORY: Final = 300.0
MOST_REMEMBERED: Final = 10_000
MAY_READ: Final = "admin_read"
CREDENTIALS: Final = frozenset({"admin_token", "api_key"})


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A credential that was good when it was looked up."""

    name: str
    uid: str
    role: Role
    expires_at: datetime | None
    networks: tuple[str, ...] = ()

    def fits(self, address: str) -> bool:
        """Says whether it is good from an address."""
        if not self.networks:
            return True
        parsed = read_address(address)
        return parsed is not None and any(parsed in ip_network(network) for network in self.networks)

    def at(self, address: str) -> Administrator:
        """Gives the administrator who holds it."""
        return Administrator(self.name, self.uid, self.role, address, self.expires_at)


class KnownTokens:
    """Looks credentials up by their hashes."""

    def __init__(self, store: Store, clock: Clock, *, most_remembered: int = MOST_REMEMBERED) -> None:
        """Takes where to look, and how many are remembered at most."""
        self._store = store
        self._clock = clock
        self._most_remembered = most_remembered
        self._heard = 0
        self._remembered: OrderedDict[bytes, tuple[KnownToken, float]] = OrderedDict()

    async def look_up(self, hashes: Sequence[bytes]) -> KnownToken | None:
        """Gives the credential that is good now, and remembers it. Raises StorageError."""
        async with self._store.reading() as reading:
            found = await _find(reading, hashes, self._clock.now())
        self._remembered.pop(hashes[0], None)
        if found is not None and reading.version >= self._heard:
            self._remembered[hashes[0]] = (found, self._clock.monotonic())
            if len(self._remembered) > self._most_remembered:
                self._remembered.popitem(last=False)
        return found

    def remember(self, hashes: Sequence[bytes]) -> KnownToken | None:
        """Gives a credential that was looked up in the last minutes and has not expired or changed since."""
        token, at = self._remembered.get(hashes[0], (None, 0.0))
        if token is None or self._clock.monotonic() - at > MEMORY or _is_over(token.expires_at, self._clock.now()):
            return None
        return token

    def heard(self, batch: Batch) -> None:
        """Forgets whose record has changed; a change of a user makes every API key doubtful."""
        self._heard = batch.reaches
        uids = {change.uid for change in batch.changes if change.kind in CREDENTIALS}
        users = any(change.kind == "user" for change in batch.changes)
        if not uids and not users:
            return
        for key, (token, _) in list(self._remembered.items()):
            if token.uid in uids or (users and token.name.startswith("users/")):
                del self._remembered[key]


async def _find(reading: Reading, hashes: Sequence[bytes], now: datetime) -> KnownToken | None:
    secret = await reading.key_hashes.find(hashes)
    if secret is None or _is_over(secret.expires_at, now):
        return None
    for find in (_admin_token, _api_key):
        try:
            found = await find(reading, secret.owner, now)
        except NotThere:
            continue
        return found and replace(found, expires_at=_earlier(found.expires_at, secret.expires_at))
    return None


async def _admin_token(reading: Reading, uid: str, now: datetime) -> KnownToken | None:
    token = (await reading.admin_tokens.get(uid)).value
    if token.revoked_at is not None or _is_over(token.expires_at, now):
        return None
    return KnownToken(ADMIN_TOKEN.write(token.name), uid, token.role, token.expires_at)


async def _api_key(reading: Reading, uid: str, now: datetime) -> KnownToken | None:
    key = (await reading.api_keys.get(uid)).value
    user = (await reading.users.get(key.user_uid)).value
    if user.disabled or not _may_read(key, now):
        return None
    return KnownToken(API_KEY.write(user.name, key.name), uid, "viewer", key.expires_at, key.networks)


def _may_read(key: StoredApiKey, now: datetime) -> bool:
    works = not key.disabled and key.revoked_at is None and not _is_over(key.expires_at, now)
    return works and MAY_READ in key.operations


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    return min((moment for moment in (first, second) if moment is not None), default=None)


def _is_over(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
