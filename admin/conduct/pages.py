"""Pages of lists: how large they are, and the tokens by which they go on. It does not know what is listed."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from gateway_core.errors import InvalidRequest
from gateway_core.records.versioned import Versioned

DEFAULT_SIZE = 100
LARGEST_SIZE = 1000
DIGEST = 8
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins, how long it is, and what the other arguments of the list were."""

    after: str
    size: int
    arguments: bytes

    def token(self, after: str) -> str:
        """Writes the token of the page that comes after a key."""
        return base64.urlsafe_b64encode(self.arguments + after.encode()).decode().rstrip("=")

    def cut(self, found: Sequence[Versioned[T]]) -> "Cut[T]":
        """Divides what was found, one more than a page holds, into the page and the token of the next."""
        page = found[: self.size]
        return Cut(page, self.token(page[-1].uid) if len(found) > self.size else "")


@dataclass(frozen=True, slots=True)
class Cut(Generic[T]):
    """A page and the token of the next, which is empty at the end."""

    page: Sequence[Versioned[T]]
    next_token: str


def read_position(size: int, token: str, *arguments: object) -> Position:
    """Reads where a page begins; the arguments must be those of the page before. Raises InvalidRequest."""
    if size < 0:
        raise InvalidRequest.at("page_size", "must not be negative")
    digest = hashlib.sha256("\n".join(map(repr, arguments)).encode()).digest()[:DIGEST]
    return Position(_after(token, digest), min(size or DEFAULT_SIZE, LARGEST_SIZE), digest)


def _after(token: str, digest: bytes) -> str:
    if not token:
        return ""
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        after = decoded[DIGEST:].decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest.at("page_token", "is no token that this list gave out") from error
    if decoded[:DIGEST] != digest or not after.isprintable():
        raise InvalidRequest.at("page_token", "belongs to a list with other arguments: begin anew without it")
    return after
