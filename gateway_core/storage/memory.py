"""A key store that forgets everything at the end of the process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import RLock
from typing import TypeVar

from gateway_core.records.admin_token import AdminToken
from gateway_core.records.api_key import ApiKey
from gateway_core.storage.storage_error import StorageError

Record = TypeVar("Record", ApiKey, AdminToken)


class MemoryKeyStore:
    """Keeps keys and tokens in memory, with the promises of a real store."""

    def __init__(self, pepper: bytes) -> None:
        """Takes the pepper the hashes are made with."""
        self._pepper = pepper
        self._api_keys: dict[bytes, ApiKey] = {}
        self._admin_tokens: dict[bytes, AdminToken] = {}
        self._lock = RLock()

    @property
    def pepper(self) -> bytes:
        """Gives the pepper it was made with."""
        return self._pepper

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Holds off other threads; an exception puts back what was there before."""
        with self._lock:
            before = dict(self._api_keys), dict(self._admin_tokens)
            whole = False
            try:
                yield
                whole = True
            finally:
                if not whole:
                    self._api_keys, self._admin_tokens = before

    def is_empty(self) -> bool:
        """Says whether there is neither a key nor a token."""
        return not self._api_keys and not self._admin_tokens

    def add_api_key(self, key_hash: bytes, key: ApiKey, /) -> bool:
        """Adds a key unless its hash is known."""
        return _add(self._api_keys, key_hash, key)

    def api_keys(self) -> Mapping[bytes, ApiKey]:
        """Gives every key by its hash."""
        return dict(self._api_keys)

    def add_admin_token(self, token_hash: bytes, token: AdminToken, /) -> bool:
        """Adds a token unless its hash is known."""
        return _add(self._admin_tokens, token_hash, token)

    def admin_tokens(self) -> Mapping[bytes, AdminToken]:
        """Gives every token by its hash."""
        return dict(self._admin_tokens)


def _add(kept: dict[bytes, Record], its_hash: bytes, record: Record) -> bool:
    if its_hash in kept:
        return False
    if any(other.id == record.id for other in kept.values()):
        raise StorageError(f"the id {record.id} is taken")
    kept[its_hash] = record
    return True
