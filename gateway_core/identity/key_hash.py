"""How a key is kept: as its HMAC under the store's pepper. 256 random bits need no slow hash."""

import hmac


def hash_key(pepper: bytes, key: str) -> bytes:
    """Gives the 32 bytes a key is stored and found by. Takes any text, even one that is no valid Unicode."""
    return hmac.digest(pepper, key.encode("utf-8", "surrogatepass"), "sha256")


class KeyHasher:
    """Hashes many keys under one pepper: what depends on the pepper alone is done once, which halves the cost."""

    __slots__ = ("_start",)

    def __init__(self, pepper: bytes) -> None:
        """Takes the pepper."""
        self._start = hmac.new(pepper, digestmod="sha256")

    def __call__(self, key: str) -> bytes:
        """Gives what `hash_key` gives."""
        begun = self._start.copy()
        begun.update(key.encode("utf-8", "surrogatepass"))
        return begun.digest()
