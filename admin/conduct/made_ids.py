"""Makes the ids of records that an administrator does not care to name."""

import secrets
from collections.abc import Callable
from typing import Final

ALPHABET: Final = "abcdefghijklmnopqrstuvwxyz234567"
LENGTH: Final = 10


def make_id(prefix: str, randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Gives an id such as `key-abcdefgh23`: 50 random bits behind a word for the kind."""
    return f"{prefix}-{''.join(ALPHABET[byte % len(ALPHABET)] for byte in randomness(LENGTH))}"
