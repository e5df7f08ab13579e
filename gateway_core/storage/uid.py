"""Names for records: a prefix that tells the kind, the time they were made in, and chance. They sort by that time."""

from collections.abc import Callable
from datetime import datetime

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_BYTES = 10
LENGTH = 26
MILLISECONDS = 1000


def make_uid(prefix: str, now: datetime, randomness: Callable[[int], bytes]) -> str:
    """Makes a name like `usr_01jb...`: 48 bits of milliseconds and 80 of chance in base 32."""
    number = int(now.timestamp() * MILLISECONDS) << (8 * RANDOM_BYTES) | int.from_bytes(randomness(RANDOM_BYTES), "big")
    written = [""] * LENGTH
    for place in reversed(range(LENGTH)):
        number, digit = divmod(number, len(ALPHABET))
        written[place] = ALPHABET[digit]
    return f"{prefix}_{''.join(written)}"
