"""Where API keys and admin tokens live, by their hash. It never sees a plain key and does not hash."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Protocol

from gateway_core.records.admin_token import AdminToken
from gateway_core.records.api_key import ApiKey


class KeyStore(Protocol):
    """Keeps keys and tokens. Used at the start only, so it may block; every method raises StorageError."""

    @property
    def pepper(self) -> bytes:
        """Gives the secret that all hashes in this store are made with. It never changes."""
        ...

    def transaction(self) -> AbstractContextManager[None]:
        """Makes what happens inside happen at once or, on an exception, not at all; others wait meanwhile."""
        ...

    def is_empty(self) -> bool:
        """Says whether there is neither a key nor a token."""
        ...

    def add_api_key(self, key_hash: bytes, key: ApiKey, /) -> bool:
        """Adds a key; says False and changes nothing if that hash is known. An id that is taken is an error."""
        ...

    def api_keys(self) -> Mapping[bytes, ApiKey]:
        """Gives every key by its hash."""
        ...

    def add_admin_token(self, token_hash: bytes, token: AdminToken, /) -> bool:
        """Adds a token; says False and changes nothing if that hash is known. An id that is taken is an error."""
        ...

    def admin_tokens(self) -> Mapping[bytes, AdminToken]:
        """Gives every token by its hash."""
        ...
