"""Recognises presented keys from memory. It never holds a plain key and never asks a store."""

from collections.abc import Mapping

from gateway_core.identity.key_hash import KeyHasher
from gateway_core.records.api_key import ApiKey


class KeyRing:
    """Holds the known keys by their hash, as loaded at the start.

    One HMAC (about two microseconds) is the whole cost of a key, known or not: a cache in front of it would save
    nothing worth the plain keys it would have to keep.
    """

    def __init__(self, pepper: bytes, keys: Mapping[bytes, ApiKey]) -> None:
        """Takes the pepper the hashes were made with; later changes of the mapping are not seen."""
        self._hash = KeyHasher(pepper)
        self._keys = dict(keys)

    def recognise(self, presented: str) -> ApiKey | None:
        """Says which key was presented, or `None` for a stranger's."""
        return self._keys.get(self._hash(presented))
