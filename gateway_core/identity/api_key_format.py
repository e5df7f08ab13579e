"""The shape of the secrets the gateway makes: a prefix, 256 random bits, a checksum that catches typos.

It knows neither stores nor callers, and the checksum proves nothing about who holds the key.
"""

import secrets
import zlib
from collections.abc import Callable
from string import ascii_lowercase, ascii_uppercase, digits

ALPHABET = digits + ascii_uppercase + ascii_lowercase
API_KEY_PREFIX = "gw_live_"
ADMIN_PREFIX = "wadm_"
PREFIXES = (API_KEY_PREFIX, "gw_test_", ADMIN_PREFIX)

RANDOM_BYTES = 32
RANDOM_LENGTH = 43
CHECKSUM_LENGTH = 6

SHOWN_HEAD = 12
SHOWN_TAIL = 4
LONG_ENOUGH_TO_SHOW = 16


def make_api_key(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Makes a new API key; `randomness` gives as many bytes as it is asked for."""
    return _make(API_KEY_PREFIX, randomness)


def make_admin_token(randomness: Callable[[int], bytes] = secrets.token_bytes) -> str:
    """Makes a new admin token, of the same scheme under another prefix."""
    return _make(ADMIN_PREFIX, randomness)


def checksum_holds(key: str) -> bool:
    """Says whether the text has the form of our secrets and no typo. It says nothing about whether we made it."""
    return _has_our_form(key) and key[-CHECKSUM_LENGTH:] == _checksum(key[:-CHECKSUM_LENGTH])


def looks_mistyped(key: str) -> bool:
    """Says whether the text has the form of our secrets and a typo. Secrets that operators made up have neither."""
    return _has_our_form(key) and key[-CHECKSUM_LENGTH:] != _checksum(key[:-CHECKSUM_LENGTH])


def show_hint(key: str) -> str:
    """Shows enough of a key to tell it from others: beginning and end of ours, at most the end of a stranger's."""
    if checksum_holds(key):
        return f"{key[:SHOWN_HEAD]}…{key[-SHOWN_TAIL:]}"
    return f"…{key[-SHOWN_TAIL:]}" if len(key) >= LONG_ENOUGH_TO_SHOW else "…"


def _has_our_form(key: str) -> bool:
    prefix = next((known for known in PREFIXES if key.startswith(known)), None)
    if prefix is None or len(key) != len(prefix) + RANDOM_LENGTH + CHECKSUM_LENGTH or not key.isascii():
        return False
    return key[len(prefix) :].isalnum()


def _make(prefix: str, randomness: Callable[[int], bytes]) -> str:
    body = prefix + _base62(int.from_bytes(randomness(RANDOM_BYTES), "big"), RANDOM_LENGTH)
    return body + _checksum(body)


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), CHECKSUM_LENGTH)


def _base62(number: int, length: int) -> str:
    written: list[str] = []
    for _ in range(length):
        number, digit = divmod(number, len(ALPHABET))
        written.append(ALPHABET[digit])
    return "".join(reversed(written))
