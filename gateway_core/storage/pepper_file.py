"""The file that holds the pepper. Without it no stored hash can be matched, so it is written once, whole, or not."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from gateway_core.storage.storage_error import StorageError

PEPPER_BYTES = 32


def read_pepper(path: Path) -> bytes | None:
    """Gives the pepper, or `None` if there is no such file."""
    try:
        pepper = path.read_bytes()
    except FileNotFoundError:
        return None
    if len(pepper) != PEPPER_BYTES:
        raise StorageError(f"{path} is damaged: it must hold {PEPPER_BYTES} bytes; restore it from a backup")
    return pepper


def make_pepper(path: Path, randomness: Callable[[int], bytes]) -> bytes:
    """Writes a new pepper for the owner's eyes only; it is on the disk when this returns."""
    pepper = randomness(PEPPER_BYTES)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pepper)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    return pepper


def pepper_id(pepper: bytes) -> bytes:
    """Gives what tells peppers apart without revealing them."""
    return hashlib.sha256(b"weir pepper id\n" + pepper).digest()[:16]
