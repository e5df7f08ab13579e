"""How a key is kept: as its HMAC under the store's pepper. 256 random bits need no slow hash."""

import hmac


def hash_key(pepper: bytes, key: str) -> bytes:
    """Gives the 32 bytes a key is stored and found by. Takes any text, even one that is no valid Unicode."""
    return hmac.digest(pepper, key.encode("utf-8", "surrogatepass"), "sha256")
