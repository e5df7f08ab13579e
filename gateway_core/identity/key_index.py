"""Finds the hashes that lead to a key, or to any key of a user. It holds no keys."""

from collections.abc import Set as AbstractSet
from typing import Final

from gateway_core.records.api_key import ApiKey

NONE: Final[frozenset[bytes]] = frozenset()


class KeyIndex:
    """Which hashes belong to which uid."""

    __slots__ = ("_keys", "_users")

    def __init__(self) -> None:
        """Starts empty."""
        self._keys: dict[str, set[bytes]] = {}
        self._users: dict[str, set[bytes]] = {}

    def of_key(self, uid: str) -> AbstractSet[bytes]:
        """Gives the hashes of a key."""
        return self._keys.get(uid, NONE)

    def of_user(self, uid: str) -> AbstractSet[bytes]:
        """Gives the hashes of a user's keys."""
        return self._users.get(uid, NONE)

    def add(self, key_hash: bytes, key: ApiKey) -> None:
        """Notes that a hash leads to a key."""
        self._keys.setdefault(key.id, set()).add(key_hash)
        self._users.setdefault(key.account_id, set()).add(key_hash)

    def remove(self, key_hash: bytes, key: ApiKey) -> None:
        """Notes that a hash leads nowhere any more."""
        for hashes, uid in ((self._keys, key.id), (self._users, key.account_id)):
            hashes[uid].discard(key_hash)
            if not hashes[uid]:
                del hashes[uid]

    def clear(self) -> None:
        """Forgets everything."""
        self._keys.clear()
        self._users.clear()
